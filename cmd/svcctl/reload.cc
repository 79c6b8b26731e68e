#include <fmt/core.h>

#include "cmd/svcctl/commands.h"
#include "cmd/svcctl/figures.h"
#include "cmd/svcctl/session.h"
#include "cmd/svcctl/status_document.h"
#include "core/base/json_writer.h"
#include "core/base/sys.h"

namespace svc {

namespace {

constexpr int kDrainTickMs = 200;

// What still drains, a line for each generation; the same ones are told once a second.
class DrainWatch {
 public:
  explicit DrainWatch(const Session& session) : session_(session) {}
  // Until nothing drains any more, or nobody is there to drain it.
  void wait() {
    while (look()) sys::poll(nullptr, 0, kDrainTickMs);
  }

 private:
  bool look() {
    const auto answer = session_.ask({"status", {}});
    const auto status = answer ? parse_status(answer->document) : Result<Status>(answer.error());
    if (!status) return false;
    const Instant now = Clock::steady().now();
    const bool tells = now >= next_;
    bool drains = false;
    for (const StatusService& service : status->services)
      for (const StatusDraining& each : service.draining) {
        drains = true;
        if (tells)
          session_.terminal().progress(fmt::format("{}: {}", service.name, draining_text(each)));
      }
    if (tells) next_ = now + 1s;
    return drains;
  }

  const Session& session_;
  Instant next_ = Instant::min();
};

// Waits as long as it takes, and says how it went; with --json, `verdict` says whether it is done.
int ask_and_report(const Session& session, const ControlRequest& request,
                   std::string_view verdict) {
  std::vector<std::string> told;  // After a failure: frames of the dead worker, further mistakes.
  const auto answer = session.ask(request, Session::kForever, &told);  // A boot takes its time.
  if (!answer) return session.fail(answer.error());
  if (session.invocation().wait && answer->exit_status == 0) DrainWatch(session).wait();
  if (!session.json()) {
    if (answer->exit_status == 0)
      session.terminal().line(cleaned(answer->line));
    else
      session.fail(kFailed, answer->line);
    for (const std::string& line : explanation_in(told)) session.terminal().progress(line);
    return answer->exit_status == 0 ? kDone : kFailed;
  }
  std::string out;
  JsonWriter json(out);
  json.object([&] {
    json.field(verdict, answer->exit_status == 0);
    json.field("message", answer->line);
    json.key("progress");
    json.array([&] {
      for (const std::string& line : told) json.value(line);
    });
  });
  session.terminal().line(out);
  return answer->exit_status == 0 ? kDone : kFailed;
}

}  // namespace

int run_reload(const Session& session) {
  ControlRequest request{"reload", {}};
  const std::string& service = session.invocation().argument;
  if (!service.empty()) request.arguments.push_back(service);
  return ask_and_report(session, request, "promoted");
}

int run_upgrade(const Session& session) {
  return ask_and_report(session, {"upgrade", {}}, "upgraded");
}

}  // namespace svc
