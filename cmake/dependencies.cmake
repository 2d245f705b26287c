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

if(SWEEPD_GRPC)
  # Debian's gRPC package looks for the Protobuf module's targets, so Protobuf must be found in module mode first.
  find_package(Protobuf REQUIRED MODULE)
  find_package(gRPC REQUIRED CONFIG)
endif()
