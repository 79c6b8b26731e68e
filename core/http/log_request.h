// log_request.h — lines that a handler logs say which request they are about.
//
// Why here: the log knows no requests, and a service should not have to say it in each line. What a
// fiber, or a pool thread for it, works on is in its label.
#pragma once

#include "core/base/api.h"

namespace svc {

// From now on, in this process: core/base/log.h, set_request_source().
SVC_API void log_requests() noexcept;

}  // namespace svc
