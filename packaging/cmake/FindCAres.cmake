# Finds c-ares (package libc-ares-dev), which asks DNS without blocking. Defines CAres::CAres.
find_path(CARES_INCLUDE_DIR ares.h)
find_library(CARES_LIBRARY cares)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(CAres REQUIRED_VARS CARES_LIBRARY CARES_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "install libc-ares-dev")
if(CAres_FOUND AND NOT TARGET CAres::CAres)
  add_library(CAres::CAres UNKNOWN IMPORTED)
  set_target_properties(CAres::CAres PROPERTIES
    IMPORTED_LOCATION ${CARES_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${CARES_INCLUDE_DIR})
endif()
mark_as_advanced(CARES_INCLUDE_DIR CARES_LIBRARY)
