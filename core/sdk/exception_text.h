// exception_text.h — what an exception says, for the log.
#pragma once

#include <exception>
#include <string>

#include "core/base/api.h"

namespace svc {

// REQUIRES: an exception is being handled.
SVC_API std::string exception_text();
SVC_API std::string exception_text(const std::exception_ptr& failure);

}  // namespace svc
