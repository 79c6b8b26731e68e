svc_fuzz(robots robots_fuzz.cc svc_sdk)
