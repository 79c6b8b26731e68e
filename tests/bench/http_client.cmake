svc_bench(http_client ${CMAKE_CURRENT_LIST_DIR}/http_client_bench.cc svc_http)
target_sources(bench_http_client PRIVATE ${PROJECT_SOURCE_DIR}/tests/support/raw_upstream.cc)
