svc_fuzz_cases(multipart multipart_fuzz.cc svc_sdk)
target_sources(fuzz_multipart PRIVATE ${PROJECT_SOURCE_DIR}/tests/support/multipart_run.cc)
