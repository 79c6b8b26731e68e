svc_bench(http_codec http_codec_bench.cc svc_http)
