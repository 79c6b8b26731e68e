// module_loader.h — a service's code comes into the worker.
//
// Process: the worker, after fork(2) and after privileges are dropped: module code runs nowhere
// else. The file is the one that the master opened for this generation, so a respawn and a
// roll-back run the code that was promoted, whatever is at the path by then.
#pragma once

#include <string>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/sdk/module.h"

namespace svc {

// Checks the ABI note before any code of the file runs, then dlopen(3)s it (RTLD_NOW | RTLD_LOCAL)
// and looks up svc_module. Never unloaded: code that is gone while something refers to it crashes.
// `path` is for messages. Errors: not a module, another ABI (the field is named), what dlopen says.
Result<const ModuleInfo*> load_module(Fd file, const std::string& path);

// Whether `info` can be used by this library. Errors: a sentence naming what doesn't agree.
Result<> check_module(const ModuleInfo& info, const std::string& path);

}  // namespace svc
