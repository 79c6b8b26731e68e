#include "core/builtin/builtins.h"

#include <array>

#include "core/base/version.h"
#include "core/builtin/admin.h"
#include "core/builtin/echo.h"
#include "core/builtin/static_files.h"

namespace svc {
namespace {

constexpr ModuleInfo builtin(const char* name, void (*routes)(App&)) {
  return {kModuleMagic, sizeof(ModuleInfo), module_tag(), name, kVersion, routes};
}

constexpr std::array kBuiltins = {
    builtin("admin", admin_routes),
    builtin("echo", echo_routes),
    builtin("static", static_routes),
};

}  // namespace

const ModuleInfo* find_builtin(std::string_view name) noexcept {
  for (const ModuleInfo& info : kBuiltins)
    if (name == info.name) return &info;
  return nullptr;
}

std::vector<std::string> builtin_names() {
  std::vector<std::string> names;
  for (const ModuleInfo& info : kBuiltins) names.emplace_back(info.name);
  return names;
}

}  // namespace svc
