# The helpers that every CMakeLists.txt below uses, so that a layer is one call and reads as a table.
#
#   sweepd_library(NAME SOURCES a.cc b.cc DEPS ...)   a static library `sweepd_NAME`, one per layer
#   sweepd_binary(NAME SOURCES main.cc DEPS ...)      an installed program
#   sweepd_test(NAME SOURCES x_test.cc DEPS ...)      a GoogleTest program, one ctest entry per test case
include(GoogleTest)

add_library(sweepd_options INTERFACE)
target_include_directories(sweepd_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(sweepd_options INTERFACE SWEEPD_VERSION="${PROJECT_VERSION}")
target_compile_options(sweepd_options INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports both for correct uses of std::variant and of std::string's operator+.
  target_compile_options(sweepd_options INTERFACE -Wno-maybe-uninitialized -Wno-restrict)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(sweepd_options INTERFACE -Wthread-safety -Wthread-safety-reference)
endif()
if(SWEEPD_SANITIZE)
  target_compile_options(sweepd_options INTERFACE -fsanitize=${SWEEPD_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(sweepd_options INTERFACE -fsanitize=${SWEEPD_SANITIZE})
endif()

if(SWEEPD_FUZZ)
  target_compile_options(sweepd_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# What tests link besides their own sources.
add_library(sweepd_test_support INTERFACE)
target_link_libraries(sweepd_test_support INTERFACE sweepd_options GTest::gmock GTest::gtest_main)
if(SWEEPD_SANITIZE STREQUAL "thread")
  # See the file: absl's locks, made known to ThreadSanitizer.
  add_library(sweepd_tsan_absl OBJECT ${PROJECT_SOURCE_DIR}/tests/support/tsan_absl.cc)
  target_link_libraries(sweepd_tsan_absl PRIVATE sweepd_options absl::synchronization)
  target_compile_options(sweepd_tsan_absl PRIVATE -fno-sanitize=thread)
  target_sources(sweepd_test_support INTERFACE $<TARGET_OBJECTS:sweepd_tsan_absl>)
  target_link_libraries(sweepd_test_support INTERFACE absl::synchronization)
  foreach(SYMBOL
      _ZN4absl7debian35Mutex4LockEv
      _ZN4absl7debian35Mutex6UnlockEv
      _ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE
      _ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE
      _ZN4absl7debian312Notification6NotifyEv
      _ZNK4absl7debian312Notification19WaitForNotificationEv
      _ZNK4absl7debian312Notification30WaitForNotificationWithTimeoutENS0_8DurationE)
    target_link_options(sweepd_test_support INTERFACE -Wl,--wrap=${SYMBOL})
  endforeach()
endif()

function(sweepd_library NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(sweepd_${NAME} STATIC ${ARG_SOURCES})
  target_link_libraries(sweepd_${NAME} PUBLIC sweepd_options ${ARG_DEPS})
endfunction()

function(sweepd_binary NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${NAME} ${ARG_SOURCES})
  target_link_libraries(${NAME} PRIVATE sweepd_options ${ARG_DEPS})
  install(TARGETS ${NAME} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()

function(sweepd_test NAME)
  cmake_parse_arguments(ARG "" "LABEL" "SOURCES;DEPS" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  add_executable(${NAME} ${ARG_SOURCES})
  target_link_libraries(${NAME} PRIVATE sweepd_test_support ${ARG_DEPS})
  set_target_properties(${NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/bin)
  gtest_discover_tests(${NAME} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS ${ARG_LABEL} TIMEOUT 300)
endfunction()
