#include <fmt/core.h>

#include "cmd/svcctl/checks.h"
#include "cmd/svcctl/commands.h"
#include "cmd/svcctl/session.h"
#include "cmd/svcctl/unit_user.h"
#include "core/base/json_writer.h"
#include "core/base/units.h"

namespace svc {
namespace {

void write_findings(JsonWriter& json, const std::vector<Finding>& findings) {
  json.array([&] {
    for (const Finding& finding : findings)
      json.object([&] {
        json.field("setting", finding.setting);
        json.field("message", finding.message);
      });
  });
}

// {"ok","file","errors":[{"file","line","column","message","hint"} or {"setting","message"}],
//  "warnings":[{"setting","message"}]}
void print_json(const Session& session, const std::string& file, const ConfigErrors* errors,
                const std::vector<Finding>& findings, const std::vector<Finding>& warnings) {
  std::string out;
  JsonWriter json(out);
  json.object([&] {
    json.field("ok", errors == nullptr && findings.empty());
    json.field("file", file);
    json.key("errors");
    if (errors != nullptr)
      errors->write_json(json);
    else
      write_findings(json, findings);
    json.key("warnings");
    write_findings(json, warnings);
  });
  session.terminal().line(out);
}

// A server that runs holds its addresses: nobody else can bind them, and nobody needs to.
AddressCheck addresses_to_check(const Session& session) {
  const auto running = session.ask({"version", {}});
  const bool none = !running && running.error().code == std::errc::no_such_process;
  return none ? AddressCheck::bound : AddressCheck::not_bound;
}

}  // namespace

int run_check(const Session& session) {
  const auto request = session.load_request();
  if (!request) return session.fail(kBadConfiguration, request.error().text);
  const auto config = load(*request);
  std::vector<Finding> findings, warnings;
  if (config) findings = check_installation(*config, addresses_to_check(session));
  if (const std::string unit = session.unit(); config && !unit.empty())
    warnings = check_for_unit(*config, unit, user_of_unit(unit));

  if (session.json()) {
    print_json(session, request->path, config ? nullptr : &config.error(), findings, warnings);
  } else if (!config) {
    session.terminal().mistake(config.error().text());
  } else {
    for (const Finding& finding : findings) session.terminal().mistake(finding.text());
    for (const Finding& warning : warnings)
      session.terminal().mistake("warning: " + warning.text());
    if (findings.empty())
      session.terminal().line(fmt::format("{}: {}, {}", request->path,
                                          session.terminal().paint(Colour::green, "ok"),
                                          format_count(config->services.size(), "service")));
  }
  return config && findings.empty() ? kDone : kBadConfiguration;
}

}  // namespace svc
