#include "cmd/svcctl/unit.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "core/base/sys.h"

namespace svc {
namespace {

constexpr std::string_view kFolder = "/etc/svcd/";
constexpr std::string_view kEnding = ".toml";
constexpr const char* kBooted = "/run/systemd/system";  // sd_booted(3)
constexpr std::array kTemplates = {"/etc/systemd/system/svcd@.service",
                                   "/lib/systemd/system/svcd@.service",
                                   "/usr/lib/systemd/system/svcd@.service"};

// Letters that mean nothing to systemd-escape(1), nor to a shell.
bool is_plain(std::string_view name) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  return !name.empty() && name.find_first_not_of(kPlain) == name.npos;
}

}  // namespace

std::string unit_of(std::string_view config_file, const PathExists& exists) {
  if (!config_file.starts_with(kFolder) || !config_file.ends_with(kEnding)) return "";
  config_file.remove_prefix(kFolder.size());
  const std::string_view name = config_file.substr(0, config_file.size() - kEnding.size());
  const bool has_unit = std::any_of(kTemplates.begin(), kTemplates.end(), exists);
  return is_plain(name) && exists(kBooted) && has_unit ? fmt::format("svcd@{}", name) : "";
}

std::string unit_of(std::string_view config_file) {
  return unit_of(config_file, [](const char* path) { return sys::access(path, F_OK) == 0; });
}

}  // namespace svc
