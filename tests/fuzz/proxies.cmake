svc_fuzz(proxies proxies_fuzz.cc svc_http svc_net svc_base)
