# Finds llhttp, either way that distributions ship it:
#   - a real library with its CMake package or pkg-config file (libllhttp-dev: Debian 13, others);
#   - its C sources without a library (package node-llhttp: Debian 12), which are compiled here.
# Defines LLHTTP::llhttp. The sources are compiled with LLHTTP_STRICT_MODE=1: the package's default
# of 0 accepts bare CR in places where that lets requests be smuggled (CVE-2023-30589).

if(TARGET LLHTTP::llhttp)
  return()
endif()

find_path(LLHTTP_INCLUDE_DIR llhttp.h PATH_SUFFIXES llhttp
          PATHS /usr/include /usr/share/include)
find_library(LLHTTP_LIBRARY llhttp)
find_path(LLHTTP_SOURCE_DIR llhttp.c PATHS /usr/share/llhttp)

if(LLHTTP_INCLUDE_DIR)
  file(STRINGS ${LLHTTP_INCLUDE_DIR}/llhttp.h llhttp_lines
       REGEX "^#define LLHTTP_VERSION_(MAJOR|MINOR|PATCH)")
  string(REGEX REPLACE "[^0-9;]" "" llhttp_numbers "${llhttp_lines}")
  string(REPLACE ";" "." LLHTTP_VERSION "${llhttp_numbers}")
endif()

include(FindPackageHandleStandardArgs)
if(LLHTTP_LIBRARY)
  find_package_handle_standard_args(LLHTTP
    REQUIRED_VARS LLHTTP_LIBRARY LLHTTP_INCLUDE_DIR VERSION_VAR LLHTTP_VERSION)
  if(LLHTTP_FOUND)
    add_library(LLHTTP::llhttp UNKNOWN IMPORTED)
    set_target_properties(LLHTTP::llhttp PROPERTIES
      IMPORTED_LOCATION ${LLHTTP_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${LLHTTP_INCLUDE_DIR})
  endif()
else()
  find_package_handle_standard_args(LLHTTP
    REQUIRED_VARS LLHTTP_SOURCE_DIR LLHTTP_INCLUDE_DIR VERSION_VAR LLHTTP_VERSION
    REASON_FAILURE_MESSAGE "install libllhttp-dev, or on Debian 12 node-llhttp")
  if(LLHTTP_FOUND)
    add_library(svc_llhttp STATIC ${LLHTTP_SOURCE_DIR}/api.c ${LLHTTP_SOURCE_DIR}/http.c
                                  ${LLHTTP_SOURCE_DIR}/llhttp.c)
    target_include_directories(svc_llhttp SYSTEM PUBLIC ${LLHTTP_INCLUDE_DIR})
    target_compile_definitions(svc_llhttp PUBLIC LLHTTP_STRICT_MODE=1)
    target_compile_options(svc_llhttp PRIVATE -w)
    add_library(LLHTTP::llhttp ALIAS svc_llhttp)
  endif()
endif()
mark_as_advanced(LLHTTP_INCLUDE_DIR LLHTTP_LIBRARY LLHTTP_SOURCE_DIR)
