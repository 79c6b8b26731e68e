svc_bench(loop loop_bench.cc svc_loop)
