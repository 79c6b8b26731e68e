#include "cmd/svcctl/commands.h"
#include "cmd/svcctl/session.h"
#include "core/base/json_writer.h"

namespace svc {

namespace {

// Waits as long as it takes, and says how it went; with --json, `verdict` says whether it is done.
int ask_and_report(const Session& session, const ControlRequest& request,
                   std::string_view verdict) {
  std::vector<std::string> told;  // After a failure: frames of the dead worker, further mistakes.
  const auto answer = session.ask(request, Session::kForever, &told);  // A boot takes its time.
  if (!answer) return session.fail(answer.error());
  if (!session.json()) {
    if (answer->exit_status != 0) return session.fail(kFailed, answer->line);
    session.terminal().line(cleaned(answer->line));
    return kDone;
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
