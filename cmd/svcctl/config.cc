#include "config/config.h"

#include <fmt/core.h>

#include "cmd/svcctl/commands.h"
#include "cmd/svcctl/session.h"
#include "config/diff.h"
#include "config/emit.h"
#include "config/wire.h"
#include "core/base/json_writer.h"

namespace svc {
namespace {

Result<Config> running_config(const Session& session) {
  SVC_TRY(const ControlAnswer answer, session.ask({"config", {}}));
  if (answer.exit_status != 0) return Error::of(std::errc::io_error, answer.line);
  return deserialize(answer.document);
}

// Of the file; says what is wrong with it itself, and returns the exit status then.
std::expected<Config, int> file_config(const Session& session) {
  const auto request = session.load_request();
  if (!request) return std::unexpected(session.fail(kMisused, request.error().text));
  auto config = load_config(*request);
  if (!config) return std::unexpected(session.fail(kBadConfiguration, config.error().text));
  return *std::move(config);
}

void print_changes(const Session& session, const std::vector<ConfigChange>& changes) {
  const Terminal& terminal = session.terminal();
  if (changes.empty()) return terminal.line("no difference");
  for (const ConfigChange& change : changes) {
    terminal.line(fmt::format("{}  ({})", terminal.paint(Colour::bold, change.path),
                              change_name(change.change)));
    if (!change.old_text.empty())
      terminal.line(terminal.paint(Colour::red, "  - " + cleaned(change.old_text)));
    if (!change.new_text.empty())
      terminal.line(terminal.paint(Colour::green, "  + " + cleaned(change.new_text)));
  }
}

void print_changes_json(const Session& session, const std::vector<ConfigChange>& changes) {
  std::string out;
  JsonWriter json(out);
  json.object([&] {
    json.key("changes");
    json.array([&] {
      for (const ConfigChange& change : changes)
        json.object([&] {
          json.field("setting", change.path);
          json.field("running", change.old_text);
          json.field("file", change.new_text);
          json.field("needs", change_name(change.change));
        });
    });
  });
  session.terminal().line(out);
}

int print_config(const Session& session, const Config& config) {
  if (!session.json()) {
    session.terminal().print(show_config(config, session.invocation().origin));
    return kDone;
  }
  std::string out;
  JsonWriter json(out);
  show_config_json(config, json);
  session.terminal().line(out);
  return kDone;
}

}  // namespace

int run_config_show(const Session& session) {
  if (session.invocation().running) {
    const auto config = running_config(session);
    return config ? print_config(session, *config) : session.fail(config.error());
  }
  const auto config = file_config(session);
  return config ? print_config(session, *config) : config.error();
}

int run_config_diff(const Session& session) {
  const auto next = file_config(session);
  if (!next) return next.error();
  const auto running = running_config(session);
  if (!running) return session.fail(running.error());
  const auto changes = diff(*running, *next);
  session.json() ? print_changes_json(session, changes) : print_changes(session, changes);
  return kDone;
}

int run_config_explain(const Session& session) {
  const std::string& path = session.invocation().argument;
  if (path.empty()) {
    for (const std::string& each : setting_paths()) session.terminal().line(each);
    return kDone;
  }
  if (session.json()) {
    std::string out;
    JsonWriter json(out);
    if (const auto explained = explain_json(path, json); !explained)
      return session.fail(explained.error());
    session.terminal().line(out);
    return kDone;
  }
  const auto text = explain(path);
  if (!text) return session.fail(text.error());
  session.terminal().print(*text + (text->ends_with('\n') ? "" : "\n"));
  return kDone;
}

int run_config_schema(const Session& session) {
  session.terminal().print(config_json_schema());
  return kDone;
}

int run_config_example(const Session& session) {
  session.terminal().print(config_example());
  return kDone;
}

int run_config_manual(const Session& session) {
  session.terminal().print(config_manual());
  return kDone;
}

}  // namespace svc
