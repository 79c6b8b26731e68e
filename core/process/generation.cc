#include "core/process/generation.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "core/base/log.h"
#include "core/base/sys.h"
#include "core/process/route_row.h"

namespace svc {
namespace {

Result<Fd> open_module(const ServiceConfig& config) {
  if (config.module_path.empty()) return Fd();
  const std::string doing = fmt::format("service {}: module {}", config.name, config.module_path);
  Fd fd(sys::open(config.module_path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return Error::from_errno(doing);
  struct stat facts {};
  if (sys::fstat(fd.get(), &facts) < 0) return Error::from_errno(doing);
  if (!S_ISREG(facts.st_mode)) return Error::invalid(doing + ": not a file");
  return fd;
}

Result<LogTarget> open_access_log(const ServiceConfig& config) {
  if (config.access_log == AccessLogFormat::off || config.access_log_target.empty())
    return LogTarget();
  auto target = LogTarget::named(config.access_log_target);
  if (!target)
    return std::move(target).error().within("service " + config.name + ": access_log_target");
  return target;
}

}  // namespace

Result<std::shared_ptr<Generation>> make_generation(uint64_t number, const ServiceConfig& config,
                                                    const MasterConfig& master) {
  auto generation = std::make_shared<Generation>();
  generation->number = number;
  generation->config = config;
  generation->workers = initial_workers(config.workers);
  SVC_TRY(generation->module, open_module(config));
  SVC_TRY(generation->access_log, open_access_log(config));
  auto credentials = credentials_of(config, master);
  if (!credentials) return std::move(credentials).error().within("service " + config.name);
  generation->credentials = std::move(*credentials);
  if (!generation->credentials.change && ::geteuid() == 0)
    log::warn("service {}: its workers run as root; set user, there or in [master]", config.name);
  return generation;
}

Result<Credentials> credentials_of(const ServiceConfig& config, const MasterConfig& master) {
  const bool own_user = !config.user.empty();
  return resolve_credentials(own_user ? config.user : master.user,
                             config.group.empty() && !own_user ? master.group : config.group);
}

std::string Generation::route_name(uint64_t route) const {
  size_t at = 0;
  for (uint64_t i = 0; at < routes.size(); ++i) {
    const size_t end = routes.find('\n', at);
    if (end == routes.npos) break;
    if (i == route)
      return std::string(route_row_name(std::string_view(routes).substr(at, end - at)));
    at = end + 1;
  }
  return fmt::format("route {}", route);
}

size_t Generation::route_count() const noexcept {
  return static_cast<size_t>(std::count(routes.begin(), routes.end(), '\n'));
}

Result<std::shared_ptr<Generation>> copy_generation(uint64_t number, const Generation& from) {
  auto copy = std::make_shared<Generation>();
  copy->number = number;
  copy->config = from.config;
  copy->workers = from.workers;
  copy->credentials = from.credentials;
  copy->routes = from.routes;
  SVC_TRY(copy->access_log, open_access_log(from.config));
  if (from.module) {
    copy->module = Fd(sys::dup_cloexec(from.module.get()));
    if (!copy->module) return Error::from_errno("keep the module " + from.config.module_path);
  }
  return copy;
}

Result<> reopen_access_log(Generation& generation) {
  SVC_TRY(generation.access_log, open_access_log(generation.config));
  return {};
}

Policy policy_of(const ServiceConfig& config) {
  Policy policy;
  policy.boot_timeout = config.boot_timeout;
  policy.heartbeat_interval = config.heartbeat_interval;
  policy.heartbeat_timeout = config.heartbeat_timeout;
  policy.request_timeout = config.http.request_timeout;
  policy.graceful_timeout = config.graceful_timeout;
  policy.drains_last = config.builtin == "admin";
  policy.backoff_reset = config.backoff_reset;
  policy.backoff = {config.backoff_initial, config.backoff_max};
  return policy;
}

}  // namespace svc
