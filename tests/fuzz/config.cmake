svc_fuzz(config config_fuzz.cc svc_config)
