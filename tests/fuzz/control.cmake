svc_fuzz(control control_fuzz.cc svc_control)
