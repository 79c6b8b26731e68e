// standalone_main.cc — compiled into each service's own program by svc_add_service.
#include "core/sdk/module.h"
#include "core/server/run_main.h"

extern "C" const svc::ModuleInfo svc_module;  // Defined by SVC_SERVICE in the service's sources.

int main(int argc, char** argv) { return svc::standalone_main(argc, argv, svc_module); }
