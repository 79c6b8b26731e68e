// locate.h — where the files are that belong to the running program.
//
// The program may run from a build tree (build/PRESET/bin, known by the CMakeCache.txt beside bin)
// or installed (PREFIX/bin). Nothing is compiled in, so a tree may be moved or unpacked anywhere.
//
//   an environment NAME   build tree: config/environments/NAME.toml of the sources
//                         installed:  PREFIX/etc/svcd/NAME.toml, then /etc/svcd/NAME.toml
//   a module NAME         ../services/NAME, then ../lib/svcd/services/NAME, seen from bin;
//                         of a program in /usr/bin: /usr/local/lib/svcd/services/NAME, then
//                         /usr/lib/svcd/services/NAME
//
// Why /usr/local comes first: what a package brings along is an example, and must not stand in for
// a host's own service of the same name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/files.h"
#include "core/base/result.h"

namespace svc {

// Directory of the running binary, its symbolic links resolved. Errors: readlink(2).
SVC_API Result<std::string> program_directory();

// The directories above, in the order in which they are searched.
SVC_API std::vector<std::string> environment_dirs(const std::string& program_directory,
                                                  const FileSource& files);
SVC_API std::vector<std::string> module_dirs(const std::string& program_directory);

// The file of environment `name` (development, production, …). Errors: one sentence that says where
// it was looked for, and a name like it that does exist.
SVC_API Result<std::string> find_environment(std::string_view name);
SVC_API Result<std::string> find_environment(std::string_view name,
                                             const std::vector<std::string>& directories);
// Every path at which find_environment() looks, whether something is there or not. Errors: one
// sentence if `name` is none.
SVC_API Result<std::vector<std::string>> environment_paths(std::string_view name);
SVC_API Result<std::vector<std::string>> environment_paths(
    std::string_view name, const std::vector<std::string>& directories);
// The names that find_environment() would find, sorted.
SVC_API std::vector<std::string> environments(const std::vector<std::string>& directories);

}  // namespace svc
