# Everything that a request passes through, piece by piece, in one program.
svc_bench(micro micro_bench.cc svc_sdk svc_http svc_board svc_loop svc_net svc_base)
target_sources(bench_micro PRIVATE http_codec_bench.cc loop_bench.cc)
