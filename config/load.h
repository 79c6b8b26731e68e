// load.h — from a file, what it extends, the environment and the command line to a Config.
//
// The way through the code: load_chain() (chain.h) reads the file and what it extends, each parsed
// by parse_toml() (toml_reader.h), and merges them; apply_overlay() (overlay.h) puts the
// environment and the command line on top; expand() (expand.h) fills in ${…}; resolve() (resolve.h)
// turns the tree into a Config by the table, with all that is wrong; check_config() (check.h) looks
// at what must fit together.
//
// Processes: svcd before it becomes the master, svcctl, and for a reload a forked child of the
// master: no file can stall or kill the master. Everything is bounded.
#pragma once

#include <sys/types.h>

#include <expected>
#include <map>
#include <string>
#include <vector>

#include "config/config.h"
#include "config/errors.h"
#include "config/files.h"
#include "core/base/result.h"

namespace svc {

struct LoadRequest {
  std::string path;                                // The file, as the user named it.
  std::map<std::string, std::string> environment;  // The master's, fixed at its start.
  std::vector<std::string> overrides;              // "service.users.workers=8", the last one wins.
  std::string working_directory = "/";  // `path` and paths in environment and overrides start here.
  std::vector<std::string> module_dirs;  // Where a module without a slash is looked up.
  std::vector<std::string> builtins;     // Services that this program brings along.
  uid_t user = 0;                        // Of the process: decides where runtime_dir is.
  const FileSource* files = &FileSource::disk();
};

// For the calling process: its environment, working directory, user and services directories.
SVC_API LoadRequest load_request(std::string path);

SVC_API std::expected<Config, ConfigErrors> load(const LoadRequest& request);
// The same, all errors in one text of several lines.
SVC_API Result<Config> load_config(const LoadRequest& request);

// Where a master of that user keeps its things unless [master] runtime_dir says otherwise.
SVC_API std::string default_runtime_dir(const std::map<std::string, std::string>& environment,
                                        uid_t user);

}  // namespace svc
