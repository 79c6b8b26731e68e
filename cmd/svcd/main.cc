// svcd — the server. Everything it does is in libsvc (core/server/run_main.h).
#include "core/server/run_main.h"

int main(int argc, char** argv) { return svc::run_main(argc, argv); }
