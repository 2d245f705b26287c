# Every dependency comes from the system (see deploy/install-deps.sh); nothing is fetched or vendored.
find_package(Threads REQUIRED)
find_package(absl REQUIRED CONFIG)
find_package(Eigen3 REQUIRED NO_MODULE)
find_package(Boost 1.74 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(nlohmann_json REQUIRED CONFIG)
find_package(spdlog REQUIRED CONFIG)
find_package(yaml-cpp REQUIRED CONFIG)
find_package(CLI11 REQUIRED CONFIG)
find_package(OpenSSL REQUIRED)
find_package(GTest REQUIRED CONFIG)

# Debian's RE2 comes without a CMake package.
find_path(RE2_INCLUDE_DIR re2/re2.h REQUIRED)
find_library(RE2_LIBRARY re2 REQUIRED)
add_library(sweepd_re2 INTERFACE)
target_include_directories(sweepd_re2 SYSTEM INTERFACE ${RE2_INCLUDE_DIR})
target_link_libraries(sweepd_re2 INTERFACE ${RE2_LIBRARY} Threads::Threads)

if(SWEEPD_GRPC)
  # Debian's gRPC package looks for the Protobuf module's targets, so Protobuf must be found in module mode first.
  find_package(Protobuf REQUIRED MODULE)
  find_package(gRPC REQUIRED CONFIG)
endif()
