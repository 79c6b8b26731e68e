#include <fmt/core.h>

#include "cmd/svcctl/commands.h"
#include "cmd/svcctl/session.h"
#include "cmd/svcctl/settings_document.h"
#include "config/emit.h"
#include "core/base/json_writer.h"

namespace svc {
namespace {

// As the master shows it.
Result<std::string> running_document(const Session& session) {
  SVC_TRY(ControlAnswer answer, session.ask({"config", {}}));
  if (answer.exit_status != 0) return Error::of(std::errc::io_error, answer.line);
  return std::move(answer.document);
}

std::string document_of(const Config& config) {
  std::string out;
  JsonWriter json(out);
  show_config_json(config, json);
  return out;
}

// Of the file; says what is wrong with it itself, and returns the exit status then.
std::expected<Config, int> file_config(const Session& session) {
  const auto request = session.load_request();
  if (!request) return std::unexpected(session.fail(kBadConfiguration, request.error().text));
  auto config = load_config(*request);
  if (!config) return std::unexpected(session.fail(kBadConfiguration, config.error().text));
  return *std::move(config);
}

void print_changes(const Session& session, const std::vector<ShownChange>& changes) {
  const Terminal& terminal = session.terminal();
  if (changes.empty()) return terminal.line("no difference");
  for (const ShownChange& change : changes) {
    terminal.line(fmt::format("{}  (needs a {})",
                              terminal.paint(Colour::bold, cleaned(change.path)),
                              change.needs == "restart" ? "restart" : "reload"));
    if (!change.running.empty())
      terminal.line(terminal.paint(Colour::red, "  - " + cleaned(change.running)));
    if (!change.next.empty())
      terminal.line(terminal.paint(Colour::green, "  + " + cleaned(change.next)));
  }
}

void print_changes_json(const Session& session, const std::vector<ShownChange>& changes) {
  std::string out;
  JsonWriter json(out);
  const auto value = [&json](const std::string& text) {
    text.empty() ? json.null() : json.raw(text);
  };
  json.object([&] {
    json.key("changes");
    json.array([&] {
      for (const ShownChange& change : changes)
        json.object([&] {
          json.field("setting", change.path);
          json.key("running");
          value(change.running);
          json.key("file");
          value(change.next);
          json.field("needs", change.needs);
        });
    });
  });
  session.terminal().line(out);
}

// "service.users.threads = 4  # default": a line a setting.
int show_running(const Session& session) {
  const auto document = running_document(session);
  if (!document) return session.fail(document.error());
  if (session.json()) {
    session.terminal().line(*document);
    return kDone;
  }
  const auto settings = parse_settings(*document);
  if (!settings) return session.fail(settings.error());
  for (const ShownSetting& setting : *settings) {
    std::string line = fmt::format("{} = {}", setting.path, setting.value);
    if (session.invocation().origin) line += "  # " + setting.origin;
    session.terminal().line(cleaned(line));
  }
  return kDone;
}

}  // namespace

int run_config_show(const Session& session) {
  if (session.invocation().running) return show_running(session);
  const auto config = file_config(session);
  if (!config) return config.error();
  if (session.json())
    session.terminal().line(document_of(*config));
  else
    session.terminal().print(show_config(*config, session.invocation().origin));
  return kDone;
}

int run_config_diff(const Session& session) {
  const auto config = file_config(session);
  if (!config) return config.error();
  const auto document = running_document(session);
  if (!document) return session.fail(document.error());
  const auto running = parse_settings(*document);
  const auto next = parse_settings(document_of(*config));
  if (!running || !next) return session.fail(running ? next.error() : running.error());
  const auto changes = compare_settings(*running, *next);
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
