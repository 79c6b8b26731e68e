svc_fuzz_cases(http http_fuzz.cc svc_http)
target_sources(fuzz_http PRIVATE ${PROJECT_SOURCE_DIR}/tests/support/codec_run.cc)
