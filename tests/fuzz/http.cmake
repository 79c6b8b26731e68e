svc_fuzz(http ${CMAKE_CURRENT_LIST_DIR}/http_fuzz.cc svc_http)
target_sources(fuzz_http PRIVATE
  ${PROJECT_SOURCE_DIR}/tests/support/codec_run.cc
  ${PROJECT_SOURCE_DIR}/tests/support/http_corpus.cc)
