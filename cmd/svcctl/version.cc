#include "core/base/version.h"

#include <fmt/core.h>

#include "cmd/svcctl/commands.h"
#include "cmd/svcctl/session.h"
#include "core/base/json_writer.h"

namespace svc {

int run_version(const Session& session) {
  const bool named = session.names_a_file();
  std::string running;
  if (named)
    if (const auto answer = session.ask({"version", {}})) running = answer->line;

  if (!session.json()) {
    session.terminal().line(fmt::format("svcctl {}", kVersion));
    if (named)
      session.terminal().line(running.empty() ? "svcd: not running" : "svcd " + cleaned(running));
    return kDone;
  }
  std::string out;
  JsonWriter json(out);
  json.object([&] {
    json.field("svcctl", kVersion);
    json.key("svcd");
    running.empty() ? json.null() : json.value(running);
  });
  session.terminal().line(out);
  return kDone;
}

}  // namespace svc
