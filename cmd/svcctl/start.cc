#include "cmd/svcctl/start.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>

#include "cmd/svcctl/background.h"
#include "cmd/svcctl/commands.h"
#include "cmd/svcctl/status_view.h"
#include "cmd/svcctl/watch.h"
#include "core/base/json_writer.h"
#include "core/base/sys.h"

namespace svc {
namespace {

constexpr mode_t kLogMode = 0640;

Result<Fd> open_log(const Config& config) {
  if (is_stream(config.log.target))
    SVC_TRY_VOID(make_runtime_dirs(config.master.runtime_dir, config.master.name));
  const std::string path = log_path_of(config);
  Fd log(sys::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, kLogMode));
  if (!log) return Error::from_errno("open log " + path);
  return log;
}

// After a start that failed: an empty log tells nobody anything.
void clean_up(const Config& config) {
  const std::string path = log_path_of(config);
  struct stat facts {};
  if (sys::stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_size == 0)
    sys::unlink(path.c_str());
  remove_runtime_dirs(config.master.runtime_dir, config.master.name);
}

Result<pid_t> start_server(const Session& session, const Config& config) {
  BackgroundCommand command;
  SVC_TRY(command.command, server_command(session));
  SVC_TRY(command.log, open_log(config));
  command.on_progress = [&session](std::string_view line) { session.terminal().progress(line); };
  return start_in_background(std::move(command));
}

// `result`: "started" or "already running".
int report(const Session& session, std::string_view result, const std::string& log) {
  const auto answer = session.ask({"status", {}});
  if (!answer) return session.fail(answer.error());
  const auto status = parse_status(answer->document);
  if (!status) return session.fail(status.error());
  if (session.json()) {
    std::string out;
    JsonWriter json(out);
    json.object([&] {
      json.field("result", result);
      json.field("log", log);
      json.key("status");
      json.raw(answer->document);
    });
    session.terminal().line(out);
    return kDone;
  }
  const Terminal& terminal = session.terminal();
  terminal.line(fmt::format("{} is {}{}, pid {}",
                            terminal.paint(Colour::bold, cleaned(status->name)),
                            result == "started" ? "" : "already ",
                            terminal.paint(Colour::green, "running"), status->pid));
  terminal.print(format_services(*status, terminal));
  if (!log.empty()) terminal.line("The log is " + log);
  return kDone;
}

}  // namespace

bool is_stream(std::string_view target) { return target == "stderr" || target == "stdout"; }

std::string log_path_of(const Config& config) {
  if (!is_stream(config.log.target)) return config.log.target;
  return runtime_paths(config.master.runtime_dir, config.master.name).log;
}

Result<std::vector<std::string>> server_command(const Session& session) {
  SVC_TRY(std::string program, sibling_program("svcd"));
  std::vector<std::string> command = {std::move(program)};
  const Invocation& invocation = session.invocation();
  if (!invocation.config.empty())
    command.insert(command.end(), {"-c", invocation.config});
  else
    command.insert(command.end(), {"--env", invocation.environment});
  for (const std::string& value : invocation.overrides)
    command.insert(command.end(), {"--set", value});
  return command;
}

Result<> check_is_not_the_units(const Session& session, std::string_view verb) {
  const std::string unit = session.unit();
  if (unit.empty() || ::geteuid() != 0) return {};
  return Error::of(
      std::errc::operation_not_permitted,
      fmt::format("{} is run by systemd: systemctl {} {}", session.named(), verb, unit));
}

int start_and_report(const Session& session, const Config& config) {
  if (const auto free = session.check_name_is_free(); !free) return session.fail(free.error());
  const auto pid = start_server(session, config);
  if (pid) return report(session, "started", log_path_of(config));
  clean_up(config);
  std::string reason = pid.error().text;
  const std::string log = log_path_of(config);
  if (sys::access(log.c_str(), R_OK) == 0) reason += fmt::format("\nThe log is {}", log);
  return session.fail(kFailed, reason);
}

int run_start(const Session& session) {
  const auto request = session.load_request();
  if (!request) return session.fail(request.error());
  const auto running = session.ask({"status", {}});
  const auto config = load_config(*request);
  // Already there is as good as started, as with systemctl(1): scripts may say it twice.
  if (running) {
    const auto log = session.ask({"log_target", {}});
    return report(session, "already running", log ? log->line : "");
  }
  if (running.error().code != std::errc::no_such_process) return session.fail(running.error());
  if (!config) return session.fail(config.error());
  if (const auto own = check_is_not_the_units(session, "start"); !own)
    return session.fail(own.error());
  return start_and_report(session, *config);
}

int run_in_foreground(const Session& session) {
  if (session.invocation().watch) return run_watching(session);
  if (!session.invocation().build.empty())
    return session.fail(kMisused, "--build means nothing without --watch");
  const auto command = server_command(session);
  return session.fail(command ? become(*command) : command.error());
}

}  // namespace svc
