#include "cmd/svcctl/commands.h"
#include "cmd/svcctl/session.h"
#include "cmd/svcctl/status_view.h"

namespace svc {

int run_status(const Session& session) {
  auto answer = session.ask({"status", {}});
  if (!answer) {
    const bool none = answer.error().code == std::errc::no_such_process;
    return session.fail(none ? kNotRunning : kFailed, answer.error().text);
  }
  if (answer->exit_status != 0) return session.fail(kFailed, answer->line);
  if (session.json()) {
    session.terminal().line(answer->document);
    return kDone;
  }
  const auto status = parse_status(answer->document);
  if (!status) return session.fail(status.error());
  session.terminal().print(format_status(*status, session.terminal()));
  return kDone;
}

}  // namespace svc
