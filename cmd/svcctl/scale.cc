#include "cmd/svcctl/commands.h"
#include "cmd/svcctl/session.h"
#include "core/base/json_writer.h"

namespace svc {
namespace {

// The one sentence that the master answers with.
int tell(const Session& session, const Result<ControlAnswer>& answer) {
  if (!answer) return session.fail(answer.error());
  const bool done = answer->exit_status == 0;
  if (!session.json()) {
    if (!done) return session.fail(kFailed, answer->line);
    session.terminal().line(cleaned(answer->line));
    return kDone;
  }
  std::string out;
  JsonWriter json(out);
  json.object([&] {
    json.field("done", done);
    json.field("message", answer->line);
  });
  session.terminal().line(out);
  return done ? kDone : kFailed;
}

}  // namespace

int run_scale(const Session& session) {
  const Invocation& asked = session.invocation();
  // New workers boot meanwhile, which takes what it takes.
  return tell(session, session.ask({"scale", {asked.argument, asked.second}}, Session::kForever));
}

int run_unquarantine(const Session& session) {
  ControlRequest request{"unquarantine", {session.invocation().argument}};
  if (!session.invocation().second.empty())
    request.arguments.push_back(session.invocation().second);
  return tell(session, session.ask(request));
}

}  // namespace svc
