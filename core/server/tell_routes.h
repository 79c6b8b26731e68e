// tell_routes.h — a worker's table of routes, told to its master.
//
// Why: the master loads no service code, and yet names routes in last words, in the quarantine and
// in `svcctl routes`. Process and thread: the worker's loop, before it is ready.
#pragma once

#include "core/base/result.h"

namespace svc {

class Application;
class Channel;

// As many messages as the table needs. Errors: send(2).
Result<> tell_routes(const Application& application, Channel& channel);

}  // namespace svc
