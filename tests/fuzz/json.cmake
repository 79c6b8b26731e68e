svc_fuzz(json ${CMAKE_CURRENT_LIST_DIR}/json_fuzz.cc svc_sdk)
