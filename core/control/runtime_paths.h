// runtime_paths.h — where a running master leaves its traces, and how svcctl finds them again.
//
//   RUNTIME_DIR/NAME/control    the control socket (frame.h)
//   RUNTIME_DIR/NAME/pid        pid file, under flock(2) while the master lives
//   RUNTIME_DIR/NAME/orphan     the socket that workers serve once the master is dead
//   RUNTIME_DIR/NAME/log        the log of a master that `svcctl start` put in the background and
//                               whose configuration says "stderr"
//   RUNTIME_DIR/by-path/HASH    a pointer: which master runs the configuration file of that path
//
// Why pointers: a person says `svcctl -c shop.toml stop`, and shop.toml may be broken or unreadable
// by now, so name and runtime directory can't be read from it. The master therefore writes a
// pointer into its own runtime directory and into its user's default one, where svcctl looks
// without reading any configuration. HASH is FNV-1a over the real path; the pointer repeats the
// path, so that two files with one hash can't be mistaken for each other.
//
// Processes: the master writes, svcctl reads. Who runs both is checked: a directory that strangers
// can write to, /tmp/svcd-UID above all, is refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/api.h"
#include "core/base/result.h"

namespace svc {

struct RuntimePaths {
  std::string dir;
  std::string control;
  std::string pid;
  std::string orphan;
  std::string log;
};
SVC_API RuntimePaths runtime_paths(std::string_view runtime_dir, std::string_view name);

// Where the pointer to the master of `config_realpath` stands in `runtime_dir`.
SVC_API std::string pointer_path(std::string_view runtime_dir, std::string_view config_realpath);

// Of this process' user: /run/svcd for root, else $XDG_RUNTIME_DIR/svcd, else /tmp/svcd-UID.
SVC_API std::string default_runtime_dir();
// Where svcctl looks, best first, each once: `wanted` (--runtime-dir, or the configuration's where
// that can be read; "" for none), then the default, then the others a master may have had as its
// own.
SVC_API std::vector<std::string> runtime_dir_candidates(std::string_view wanted);

// Makes RUNTIME_DIR and RUNTIME_DIR/NAME (0755; parents are not made). Errors: what mkdir(2) says;
// permission_denied when one exists and belongs to a stranger or anybody may write to it.
SVC_API Result<> make_runtime_dirs(std::string_view runtime_dir, std::string_view name);

// Takes RUNTIME_DIR/NAME and RUNTIME_DIR/by-path away where they are empty.
SVC_API void remove_runtime_dirs(std::string_view runtime_dir, std::string_view name) noexcept;

struct MasterPointer {
  std::string config;   // Real path of the configuration file.
  std::string name;     // [master] name
  std::string control;  // Path of the control socket.
};

// Master: announces itself, in `runtime_dir` (an error if that fails) and in `usual`, where svcctl
// looks when it can't read the configuration.
SVC_API Result<> write_pointer(std::string_view runtime_dir, const MasterPointer& pointer,
                               const std::string& usual = default_runtime_dir());
// Master, at its end: takes back what write_pointer() made, unless somebody replaced it.
SVC_API void remove_pointer(std::string_view runtime_dir, const MasterPointer& pointer,
                            const std::string& usual = default_runtime_dir()) noexcept;

// svcctl: the pointer for `config_realpath` in the first of `runtime_dirs` that has one; nullopt
// when none has. Errors: permission_denied for a directory of a stranger, protocol_error for a
// damaged file.
SVC_API Result<std::optional<MasterPointer>> read_pointer(
    const std::vector<std::string>& runtime_dirs, std::string_view config_realpath);

}  // namespace svc
