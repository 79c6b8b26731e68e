#include <fmt/core.h>

#include "cmd/svcctl/checks.h"
#include "cmd/svcctl/commands.h"
#include "cmd/svcctl/session.h"
#include "core/base/json_writer.h"
#include "core/base/units.h"

namespace svc {
namespace {

// {"ok","file","errors":[{"file","line","column","message","hint"} or {"setting","message"}]}
void print_json(const Session& session, const std::string& file, const ConfigErrors* errors,
                const std::vector<Finding>& findings) {
  std::string out;
  JsonWriter json(out);
  json.object([&] {
    json.field("ok", errors == nullptr && findings.empty());
    json.field("file", file);
    json.key("errors");
    if (errors != nullptr) return errors->write_json(json);
    json.array([&] {
      for (const Finding& finding : findings)
        json.object([&] {
          json.field("setting", finding.setting);
          json.field("message", finding.message);
        });
    });
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
  std::vector<Finding> findings;
  if (config) findings = check_installation(*config, addresses_to_check(session));

  if (session.json()) {
    print_json(session, request->path, config ? nullptr : &config.error(), findings);
  } else if (!config) {
    session.terminal().mistake(config.error().text());
  } else {
    for (const Finding& finding : findings) session.terminal().mistake(finding.text());
    if (findings.empty())
      session.terminal().line(fmt::format("{}: {}, {}", request->path,
                                          session.terminal().paint(Colour::green, "ok"),
                                          format_count(config->services.size(), "service")));
  }
  return config && findings.empty() ? kDone : kBadConfiguration;
}

}  // namespace svc
