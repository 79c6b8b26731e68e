#include "core/sdk/context.h"

#include <fmt/core.h>

namespace svc {

std::string Context::request_id() const { return fmt::format("{:016x}", exchange_.id()); }

}  // namespace svc
