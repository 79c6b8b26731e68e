# svc_add_service(NAME SOURCES file... [LINKS library...] [TESTS file...] [MODULE_ONLY])
#
# One service from one set of sources, in two forms:
#   NAME          the module NAME.so, which svcd loads (in SVC_SERVICES_DIR if that is set)
#   NAME_program  the program NAME: the same service with a main() of its own, for a debugger, a test,
#                 a container. Not with MODULE_ONLY.
#   NAME_test     the program NAME_test: TESTS linked with the service and GoogleTest (gmock, too),
#                 each test of it known to ctest. Only where TESTS are given and BUILD_TESTING isn't
#                 off; without GoogleTest on the system it is left out, with a warning.
# One of the sources has SVC_SERVICE(…). Works in this tree, where the target svc is built, and
# in a project of its own, after find_package(svc).

set(SVC_SERVICE_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR})

function(svc_add_service name)
  cmake_parse_arguments(ARG "MODULE_ONLY" "" "SOURCES;LINKS;TESTS" ${ARGN})
  if(NOT ARG_SOURCES)
    message(FATAL_ERROR "svc_add_service(${name}): SOURCES is missing")
  endif()
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "svc_add_service(${name}): unknown: ${ARG_UNPARSED_ARGUMENTS}")
  endif()

  # Compiled once for both forms. Hidden: a module exports svc_module and nothing else.
  add_library(${name}_objects OBJECT ${ARG_SOURCES})
  set_target_properties(${name}_objects PROPERTIES
    POSITION_INDEPENDENT_CODE ON
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON)
  target_compile_features(${name}_objects PUBLIC cxx_std_23)
  # A probe for each page of a large frame: handlers run on small stacks, above a guard page.
  target_compile_options(${name}_objects PRIVATE -fstack-clash-protection)
  target_link_libraries(${name}_objects PUBLIC svc::svc ${ARG_LINKS})

  # A symbol that nobody has is an error now, not when a worker loads the module.
  add_library(${name} MODULE)
  target_link_libraries(${name} PRIVATE ${name}_objects)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR NOT SVC_SANITIZE)
    target_link_options(${name} PRIVATE -Wl,--no-undefined)  # clang's sanitizers are in the program.
  endif()
  set_target_properties(${name} PROPERTIES PREFIX "" LINKER_LANGUAGE CXX)
  if(SVC_SERVICES_DIR)
    set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${SVC_SERVICES_DIR})
  endif()

  if(NOT ARG_MODULE_ONLY)
    set(main ${SVC_SERVICE_CMAKE_DIR}/standalone_main.cc)  # Installed: beside this file.
    if(NOT EXISTS ${main})
      set(main ${SVC_SERVICE_CMAKE_DIR}/../../core/server/standalone_main.cc)
    endif()
    add_executable(${name}_program ${main})
    target_link_libraries(${name}_program PRIVATE ${name}_objects)
    set_target_properties(${name}_program PROPERTIES OUTPUT_NAME ${name})
  endif()

  if(ARG_TESTS AND (NOT DEFINED BUILD_TESTING OR BUILD_TESTING))
    svc_add_service_test(${name} ${ARG_TESTS})
  endif()
endfunction()

function(svc_add_service_test name)
  find_package(GTest QUIET)
  if(NOT TARGET GTest::gmock_main)
    message(WARNING "svc_add_service(${name}): no GoogleTest (libgtest-dev, libgmock-dev), no tests")
    return()
  endif()
  include(GoogleTest)
  # Testing is enabled in a directory, and here, in a function, it would be for as long as the function
  # runs. ctest finds what this directory and all above it have enabled.
  set(directory ${CMAKE_CURRENT_SOURCE_DIR})
  while(directory)
    cmake_language(DEFER DIRECTORY ${directory} CALL enable_testing)
    get_directory_property(directory DIRECTORY ${directory} PARENT_DIRECTORY)
  endwhile()
  add_executable(${name}_test ${ARGN})
  target_link_libraries(${name}_test PRIVATE ${name}_objects GTest::gmock_main)
  gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST)
endfunction()
