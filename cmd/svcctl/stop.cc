#include "cmd/svcctl/stop.h"

#include <fmt/core.h>

#include "cmd/svcctl/background.h"
#include "cmd/svcctl/checks.h"
#include "cmd/svcctl/commands.h"
#include "cmd/svcctl/start.h"
#include "cmd/svcctl/status_document.h"
#include "core/base/json_writer.h"
#include "core/base/sys.h"

namespace svc {
namespace {

constexpr int kTickMs = 20;
constexpr int kTicksMax = 500;  // 10 s for the process to end once its workers are gone.

Result<> wait_for_end(pid_t pid) {
  for (int tick = 0; tick < kTicksMax; ++tick) {
    if (has_ended(pid)) return {};
    sys::poll(nullptr, 0, kTickMs);
  }
  return Error::of(std::errc::timed_out,
                   fmt::format("the master (pid {}) has stopped serving but doesn't end", pid));
}

int say(const Session& session, std::string_view what) {
  if (!session.json()) {
    session.terminal().line(what);
    return kDone;
  }
  std::string out;
  JsonWriter json(out);
  json.object([&] { json.field("result", what); });
  session.terminal().line(out);
  return kDone;
}

}  // namespace

Result<Stopped> stop_server(const Session& session) {
  const auto alive = session.ask({"status", {}});
  if (!alive && alive.error().code == std::errc::no_such_process) return Stopped::was_not_running;
  if (!alive) return alive.error();
  SVC_TRY(const Status status, parse_status(alive->document));

  ControlRequest request{"stop", {}};
  if (session.invocation().now) request.arguments.emplace_back("now");
  const auto answer = session.ask(request, Session::kForever);
  // A master that goes away while we wait has done what it was asked to.
  if (!answer && answer.error().code != std::errc::connection_reset &&
      answer.error().code != std::errc::no_such_process)
    return answer.error();
  if (answer && answer->exit_status != 0) return Error::of(std::errc::io_error, answer->line);
  SVC_TRY_VOID(wait_for_end(static_cast<pid_t>(status.pid)));
  return Stopped::yes;
}

int run_stop(const Session& session) {
  const auto stopped = stop_server(session);
  if (!stopped) return session.fail(stopped.error());
  return say(session, *stopped == Stopped::yes ? "stopped" : "not running");
}

int run_restart(const Session& session) {
  const auto request = session.load_request();
  if (!request) return session.fail(request.error());
  if (const auto own = check_is_not_the_units(session, "restart"); !own)
    return session.fail(own.error());
  // Before anything is stopped: what can't be started again is better left running.
  const auto config = load_config(*request);
  if (!config) return session.fail(config.error());
  for (const Finding& finding : check_installation(*config, AddressCheck::not_bound))
    return session.fail(kFailed, finding.text());
  const auto stopped = stop_server(session);
  if (!stopped) return session.fail(stopped.error());
  return start_and_report(session, *config);
}

}  // namespace svc
