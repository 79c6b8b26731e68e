#include "core/server/module_loader.h"

#include <dlfcn.h>
#include <fmt/core.h>

#include <utility>

#include "core/sdk/module_note.h"

namespace svc {
namespace {

Error mismatch(const std::string& path, const std::string& what) {
  return Error::invalid(fmt::format(
      "module {}: {}; build it again with the headers and the compiler settings of this svcd", path,
      what));
}

}  // namespace

Result<> check_module(const ModuleInfo& info, const std::string& path) {
  if (info.magic != kModuleMagic) return mismatch(path, "its symbol svc_module is something else");
  if (info.size < sizeof(ModuleInfo)) return mismatch(path, "its svc_module is of an older SDK");
  if (const std::string what = describe_mismatch(module_tag(), info.tag); !what.empty())
    return mismatch(path, what);
  if (info.routes == nullptr) return mismatch(path, "it has no routes function");
  return {};
}

Result<const ModuleInfo*> load_module(Fd file, const std::string& path) {
  SVC_TRY(const ModuleDescription description, read_module_note(file.get(), path));
  if (const std::string what = describe_mismatch(module_tag(), description.tag); !what.empty())
    return mismatch(path, what);

  // By its descriptor: the path may lead to other code by now. The descriptor stays open, so that
  // the name by which the loader knows the object stays true for debuggers and for symbols.
  const std::string name = fmt::format("/proc/self/fd/{}", file.release());
  void* object = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (object == nullptr) return Error::invalid(fmt::format("module {}: {}", path, ::dlerror()));
  const auto* info = static_cast<const ModuleInfo*>(::dlsym(object, "svc_module"));
  if (info == nullptr)
    return Error::invalid(
        fmt::format("module {}: no symbol svc_module; is SVC_SERVICE(name, routes) in it?", path));
  SVC_TRY_VOID(check_module(*info, path));
  return info;
}

}  // namespace svc
