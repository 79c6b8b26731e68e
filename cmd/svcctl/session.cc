#include "cmd/svcctl/session.h"

#include <fmt/core.h>

#include <climits>
#include <cstdlib>
#include <utility>

#include "cmd/svcctl/commands.h"
#include "config/files.h"
#include "config/locate.h"
#include "core/base/check.h"
#include "core/base/json_writer.h"
#include "core/base/sys.h"

namespace svc {
namespace {

// The real path, also of a file that is gone meanwhile: that of its directory, and its name.
Result<std::string> real_path_of(const std::string& path) {
  char resolved[PATH_MAX];
  if (sys::realpath(path.c_str(), resolved) != nullptr) return std::string(resolved);
  if (sys::realpath(directory_of(path).c_str(), resolved) == nullptr)
    return Error::from_errno(path);
  return join_path(resolved, file_name_of(path));
}

bool exists(const std::string& path) {
  struct stat facts {};
  return sys::stat(path.c_str(), &facts) == 0;
}

}  // namespace

Session::Session(Invocation invocation)
    : invocation_(std::move(invocation)), terminal_(invocation_.colour) {}

Result<std::string> Session::file() const {
  SVC_CHECK(names_a_file());
  if (!invocation_.config.empty()) return invocation_.config;
  return find_environment(invocation_.environment);
}

std::string Session::named() const {
  if (!invocation_.config.empty()) return "-c " + invocation_.config;
  return "--env " + invocation_.environment;
}

Result<LoadRequest> Session::load_request() const {
  SVC_TRY(std::string path, file());
  LoadRequest request = svc::load_request(std::move(path));
  request.overrides = invocation_.overrides;
  return request;
}

Result<std::optional<MasterPointer>> Session::master() const {
  SVC_TRY(const std::string path, file());
  SVC_TRY(const std::string real_path, real_path_of(path));
  auto found = read_pointer(runtime_dir_candidates(invocation_.runtime_dir), real_path);
  if (found && *found) return found;
  SVC_TRY(auto by_configuration, master_by_configuration(real_path));
  if (by_configuration) return by_configuration;
  return found;  // None, or what was wrong with the first.
}

// What the file says of itself, if it can be read: its runtime directory may be one of its own, and
// a pointer may have been swept away with the rest of /tmp while the server went on.
Result<std::optional<MasterPointer>> Session::master_by_configuration(
    const std::string& real_path) const {
  SVC_TRY(const LoadRequest request, load_request());
  const auto config = load(request);
  if (!config) return std::optional<MasterPointer>();
  const MasterConfig& master = config->master;
  SVC_TRY(auto found, read_pointer({master.runtime_dir}, real_path));
  if (found) return found;
  const RuntimePaths paths = runtime_paths(master.runtime_dir, master.name);
  if (!exists(paths.control)) return std::optional<MasterPointer>();
  return std::optional(MasterPointer{real_path, master.name, paths.control});
}

Result<ControlAnswer> Session::ask(const ControlRequest& request,
                                   std::chrono::milliseconds silence_max,
                                   std::vector<std::string>* told) const {
  SVC_TRY(const auto running, master());
  if (running) {
    auto answer =
        control_call(running->control, request, silence_max, [this, told](std::string_view line) {
          terminal_.progress(line);
          if (told != nullptr) told->emplace_back(line);
        });
    if (answer || (answer.error().code != std::errc::no_such_file_or_directory &&
                   answer.error().code != std::errc::connection_refused))
      return answer;
  }
  return Error::of(std::errc::no_such_process,
                   fmt::format("not running; start it with: svcctl {} start", named()));
}

int Session::fail(int status, std::string_view text) const {
  if (!json()) {
    terminal_.mistake(text);
    return status;
  }
  std::string out;
  JsonWriter writer(out);
  writer.object([&] { writer.field("error", text); });
  terminal_.line(out);
  return status;
}

int Session::fail(const Error& error) const { return fail(kFailed, error.text); }

}  // namespace svc
