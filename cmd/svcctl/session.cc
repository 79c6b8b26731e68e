#include "cmd/svcctl/session.h"

#include <fmt/core.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <utility>

#include "cmd/svcctl/commands.h"
#include "cmd/svcctl/status_document.h"
#include "cmd/svcctl/unit.h"
#include "config/files.h"
#include "config/locate.h"
#include "core/base/check.h"
#include "core/base/json_writer.h"
#include "core/base/sys.h"
#include "core/builtin/builtins.h"

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

std::vector<std::string> explanation_in(const std::vector<std::string>& told) {
  return {std::find_if(told.begin(), told.end(),
                       [](const std::string& line) { return line.starts_with(' '); }),
          told.end()};
}

Session::Session(Invocation invocation)
    : invocation_(std::move(invocation)), terminal_(invocation_.colour) {}

Result<std::string> Session::file() const {
  SVC_CHECK(names_a_file());
  if (!invocation_.config.empty()) return invocation_.config;
  return find_environment(invocation_.environment);
}

std::string Session::unit() const {
  if (!invocation_.config.empty() || invocation_.environment.empty()) return "";
  const auto path = file();
  return path ? unit_of(*path) : "";
}

std::string Session::named() const {
  if (!invocation_.config.empty()) return "-c " + invocation_.config;
  return "--env " + invocation_.environment;
}

Result<LoadRequest> Session::load_request() const {
  SVC_TRY(std::string path, file());
  LoadRequest request = svc::load_request(std::move(path));
  request.overrides = invocation_.overrides;
  request.builtins = builtin_names();
  return request;
}

Result<std::optional<MasterPointer>> Session::master() const {
  const auto path = file();
  if (!path) return master_without_file(path.error());
  SVC_TRY(const std::string real_path, real_path_of(*path));
  auto found = read_pointer(runtime_dir_candidates(invocation_.runtime_dir), real_path);
  if (found && *found) return found;
  SVC_TRY(auto by_configuration, master_by_configuration(real_path));
  if (by_configuration.own) return std::move(by_configuration.own);
  return found;  // None, or what was wrong with the first.
}

// A unit that is stopped stops by this: without it, its server would be cut off.
Result<std::optional<MasterPointer>> Session::master_without_file(Error why) const {
  const auto paths = environment_paths(invocation_.environment);
  if (!paths) return why;
  for (const std::string& path : *paths) {
    const auto real_path = real_path_of(path);
    if (!real_path) continue;  // No such directory.
    auto found = read_pointer(runtime_dir_candidates(invocation_.runtime_dir), *real_path);
    if (!found || *found) return found;
  }
  return why;
}

Result<> Session::check_name_is_free() const {
  SVC_TRY(const std::string path, file());
  SVC_TRY(const std::string real_path, real_path_of(path));
  SVC_TRY(const auto found, master_by_configuration(real_path));
  if (!found.other) return {};
  return Error::of(
      std::errc::device_or_resource_busy,
      fmt::format("another server is called \"{}\" (pid {}, it runs {}): give this one "
                  "a name of its own with [master] name in {}",
                  cleaned(found.other->name), found.other->pid, cleaned(found.other->config),
                  path));
}

// What the file says of itself, if it can be read: its runtime directory may be one of its own, and
// a pointer may have been swept away with the rest of /tmp while the server went on. Two files may
// say the same name, and "development" is a likely one: whose server it is, the server knows.
Result<Session::ByConfiguration> Session::master_by_configuration(
    const std::string& real_path) const {
  SVC_TRY(const LoadRequest request, load_request());
  const auto config = load(request);
  if (!config) return ByConfiguration{};
  const MasterConfig& master = config->master;
  SVC_TRY(auto found, read_pointer({master.runtime_dir}, real_path));
  if (found) return ByConfiguration{std::move(found), {}};
  const RuntimePaths paths = runtime_paths(master.runtime_dir, master.name);
  if (!exists(paths.control)) return ByConfiguration{};
  const auto answer = control_call(paths.control, {"status", {}}, kPromptly);
  const auto status = answer ? parse_status(answer->document) : Result<Status>(answer.error());
  // One that says nothing, or not which file it runs, is for the command to find out about.
  if (!status || status->config.empty() || status->config == real_path)
    return ByConfiguration{MasterPointer{real_path, master.name, paths.control}, {}};
  return ByConfiguration{{}, Namesake{master.name, status->config, status->pid}};
}

Result<ControlAnswer> Session::ask(const ControlRequest& request,
                                   std::chrono::milliseconds silence_max,
                                   std::vector<std::string>* told) const {
  SVC_TRY(const auto running, master());
  std::string_view why = "not running";
  if (running) {
    auto answer =
        control_call(running->control, request, silence_max, [this, told](std::string_view line) {
          if (told != nullptr) told->emplace_back(line);
          if (told == nullptr || explanation_in(*told).empty()) terminal_.progress(line);
        });
    if (answer || (answer.error().code != std::errc::no_such_file_or_directory &&
                   answer.error().code != std::errc::connection_refused))
      return answer;
    // It has left its socket, which one that is stopped takes away.
    if (answer.error().code == std::errc::connection_refused)
      why = "not running: its master has died, workers serve on for orphan_timeout";
  }
  const std::string unit = this->unit();
  return Error::of(std::errc::no_such_process,
                   fmt::format("{}; start it with: {}", why,
                               unit.empty() ? fmt::format("svcctl {} start", named())
                                            : fmt::format("systemctl start {}", unit)));
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
