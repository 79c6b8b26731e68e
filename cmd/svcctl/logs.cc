#include <fmt/core.h>

#include "cmd/svcctl/commands.h"
#include "cmd/svcctl/log_tail.h"
#include "cmd/svcctl/session.h"
#include "cmd/svcctl/start.h"
#include "core/base/sys.h"

namespace svc {
namespace {

constexpr int kTickMs = 200;

// Whom the log belongs to knows best where it is: the file may say something else by now.
Result<std::string> find_log(const Session& session) {
  const auto answer = session.ask({"log_target", {}});
  if (answer && !answer->line.empty()) return answer->line;
  const std::string unit = session.unit();
  if (answer)
    return Error::of(std::errc::no_such_file_or_directory,
                     unit.empty() ? "the server logs to the stream that it was given at its start; "
                                    "look there, or in journalctl"
                                  : "the log is in the journal: journalctl -u " + unit);
  if (answer.error().code != std::errc::no_such_process) return answer.error();
  SVC_TRY(const LoadRequest request, session.load_request());
  SVC_TRY(const Config config, load_config(request));
  if (!unit.empty() && is_stream(config.log.target))
    return Error::of(std::errc::no_such_file_or_directory,
                     "not running; what it has told is in the journal: journalctl -u " + unit);
  return log_path_of(config);
}

}  // namespace

int run_logs(const Session& session) {
  const auto path = find_log(session);
  if (!path) return session.fail(path.error());
  auto tail = LogTail::open(*path);
  if (!tail) return session.fail(tail.error());
  const LogTail::Sink sink = [&](std::string_view bytes) { session.terminal().print(bytes); };
  auto read = tail->last(session.invocation().lines, sink);
  while (read && session.invocation().follow) {
    sys::poll(nullptr, 0, kTickMs);
    read = tail->more(sink);
  }
  return read ? kDone : session.fail(read.error());
}

}  // namespace svc
