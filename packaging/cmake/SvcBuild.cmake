# What every target of this build has in common, and the two helpers that add a floor and a test.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

set(SVC_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them (address,undefined)")
option(SVC_WERROR "Warnings are errors" ON)
option(SVC_COVERAGE "Instrument for gcov" OFF)
# Templates compile slowly, instrumented ones above all; several files at a time share them, and the
# optimiser sees more at once. Presets debug and clang compile file by file, so that each has to
# include what it needs.
option(SVC_UNITY "Compile the files of a library eight at a time" OFF)
function(svc_unity target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${SVC_UNITY} UNITY_BUILD_BATCH_SIZE 8)
endfunction()

# svc_runs_once(file...): sources of this folder whose templates from elsewhere take minutes to be
# instrumented and optimised, and then run once.
function(svc_runs_once)
  if(SVC_SANITIZE)
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS -O0)
  endif()
endfunction()

add_library(svc_flags INTERFACE)
target_compile_definitions(svc_flags INTERFACE SVC_VERSION="${PROJECT_VERSION}")
target_include_directories(svc_flags INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
target_compile_options(svc_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast
    -Wunused -Woverloaded-virtual -Wconversion -Wno-sign-conversion>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wduplicated-cond -Wlogical-op>
  # A stack probe for each page: a frame larger than a fiber's guard page must not jump over it.
  -fstack-clash-protection -fno-omit-frame-pointer)
if(SVC_WERROR)
  target_compile_options(svc_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Werror>)
endif()
if(SVC_SANITIZE)
  target_compile_options(svc_flags INTERFACE -fsanitize=${SVC_SANITIZE})
  target_link_options(svc_flags INTERFACE -fsanitize=${SVC_SANITIZE})
  if(SVC_SANITIZE MATCHES "undefined")
    target_compile_options(svc_flags INTERFACE -fno-sanitize-recover=undefined)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 with sanitizers warns about its own instrumentation (GCC PR 105562 and relatives).
    target_compile_options(svc_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-maybe-uninitialized
      -Wno-stringop-overflow -Wno-array-bounds -Wno-restrict>)
  endif()
endif()
if(SVC_COVERAGE)
  target_compile_options(svc_flags INTERFACE --coverage)
  target_link_options(svc_flags INTERFACE --coverage)
endif()

# svc_floor(NAME SOURCES file... [LINKS library...])
# One floor of the tree (man svc-design): a static library svc_NAME with hidden symbols. LINKS are
# lower floors and outside libraries, nothing else. The floors together become libsvc.so.
function(svc_floor name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_library(svc_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(svc_${name} PUBLIC svc_flags ${ARG_LINKS})
  # Nobody puts another function in the place of one of ours: calls within libsvc.so go straight.
  target_compile_options(svc_${name} PRIVATE -fno-semantic-interposition)
  svc_unity(svc_${name})
endfunction()

# svc_unit_test(FLOOR [FAULTS] SOURCES file... [LINKS library...])
# One GoogleTest program unit_FLOOR for the tests of one floor; each test is a ctest of its own.
# FAULTS: linked with the door to system calls that can be told to fail (core/base/fault.h).
function(svc_unit_test floor)
  cmake_parse_arguments(ARG "FAULTS" "" "SOURCES;LINKS" ${ARGN})
  set(door svc_sys)
  if(ARG_FAULTS)
    set(door svc_sys_faulty)
  endif()
  add_executable(unit_${floor} ${ARG_SOURCES})
  svc_unity(unit_${floor})
  target_link_libraries(unit_${floor} PRIVATE svc_${floor} ${ARG_LINKS} ${door} GTest::gmock_main)
  # gtest's macros expand to old-style casts and shadowed names in the test's own file.
  target_compile_options(unit_${floor} PRIVATE -Wno-old-style-cast -Wno-shadow -Wno-conversion
    # g++ 12 sees overflows in std::string's operator+ where there are none (GCC PR 105329, 105651).
    $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds -Wno-restrict -Wno-stringop-overflow
      -Wno-stringop-overread>
    # What is tested stays optimised; a test's own code runs once, and compiles twice as fast.
    -O0)
  target_precompile_headers(unit_${floor} PRIVATE <gmock/gmock.h> <gtest/gtest.h>)
  if(SVC_SANITIZE)
    # All in one process: starting an instrumented one takes longer than most tests.
    add_test(NAME ${floor} COMMAND unit_${floor} --gtest_brief=1)
    set_tests_properties(${floor} PROPERTIES LABELS unit TIMEOUT 600)
  else()
    # One label: a list of them falls apart on its way, and TIMEOUT is lost with it.
    gtest_discover_tests(unit_${floor} TEST_PREFIX "${floor}." DISCOVERY_MODE PRE_TEST
                         DISCOVERY_TIMEOUT 60 PROPERTIES LABELS unit TIMEOUT 120)
  endif()
  if(NOT TARGET unit_tests)
    add_custom_target(unit_tests)  # All of them.
  endif()
  add_dependencies(unit_tests unit_${floor})
endfunction()
