svc_fuzz_cases(http_client http_client_fuzz.cc svc_http)
target_sources(fuzz_http_client PRIVATE ${PROJECT_SOURCE_DIR}/tests/support/response_run.cc)
