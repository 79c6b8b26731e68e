#include "config/load.h"

#include <unistd.h>

#include <climits>
#include <utility>

#include "config/chain.h"
#include "config/check.h"
#include "config/expand.h"
#include "config/locate.h"
#include "config/overlay.h"
#include "config/resolve.h"
#include "config/wire.h"
#include "core/base/sys.h"
#include "core/base/units.h"

namespace svc {

LoadRequest load_request(std::string path) {
  LoadRequest request;
  request.path = std::move(path);
  for (char** at = environ; at != nullptr && *at != nullptr; ++at) {
    const std::string_view variable = *at;
    const size_t equals = variable.find('=');
    if (equals == variable.npos) continue;
    request.environment.emplace(variable.substr(0, equals), variable.substr(equals + 1));
  }
  char directory[PATH_MAX];
  if (sys::realpath(".", directory) != nullptr) request.working_directory = directory;
  if (const auto program = program_directory()) request.module_dirs = module_dirs(*program);
  request.user = ::geteuid();
  return request;
}

std::expected<Config, ConfigErrors> load(const LoadRequest& request) {
  ConfigErrors errors;
  auto chain = load_chain(request, errors);
  if (!chain) {
    errors.sort();
    return std::unexpected(std::move(errors));
  }
  apply_overlay(chain->root, request, errors);
  expand(chain->root, request, errors);
  Resolved resolved = resolve(chain->root, request, errors);
  check_config(resolved, chain->root, request, errors);

  Config& config = resolved.config;
  config.files = std::move(chain->files);
  config.file = config.files.front();
  if (errors.empty() && serialize(config).size() > kSerializedMax)
    errors.add({request.path, 0, 0}, "the configuration is larger than " +
                                         format_size(kSerializedMax) +
                                         " once everything is expanded");
  if (errors.empty()) return std::move(config);
  errors.sort();
  return std::unexpected(std::move(errors));
}

Result<Config> load_config(const LoadRequest& request) {
  auto config = load(request);
  if (!config) return config.error().to_error();
  return *std::move(config);
}

std::string default_runtime_dir(const std::map<std::string, std::string>& environment, uid_t user) {
  if (user == 0) return "/run/svcd";
  // XDG Base Directory Specification: a relative path there is invalid and to be ignored.
  const auto found = environment.find("XDG_RUNTIME_DIR");
  if (found != environment.end() && found->second.starts_with('/'))
    return join_path(found->second, "svcd");
  return "/tmp/svcd-" + std::to_string(user);
}

}  // namespace svc
