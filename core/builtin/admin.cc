#include "core/builtin/admin.h"

#include <optional>
#include <string>
#include <utility>

#include "core/base/json_writer.h"
#include "core/board/observation.h"
#include "core/builtin/admin_facts.h"
#include "core/builtin/admin_metrics.h"
#include "core/builtin/admin_page.h"
#include "core/builtin/admin_status.h"
#include "core/builtin/metrics_text.h"
#include "core/sdk/app.h"
#include "core/sdk/problem.h"
#include "core/sdk/response.h"
#include "core/sdk/worker.h"

namespace svc {
namespace {

constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

// What is known at this moment.
struct AdminView {
  const Board& board;
  BulletinReader::Posted posted;
  std::optional<AdminFacts> facts;

  const AdminFacts* known() const noexcept { return facts ? &*facts : nullptr; }
};

AdminView look_around() {
  const Observation* const around = observation();
  if (around == nullptr)
    throw Problem(503, "only a service that svcd runs with builtin = \"admin\" can tell");
  AdminView view{*around->board, around->facts.latest(), {}};
  view.facts = parse_admin_facts(view.posted.text);
  return view;
}

Response fresh(std::string body, std::string_view type, int status = 200) {
  return Response(status)
      .body(std::move(body), type)
      .header("Cache-Control", "no-store")
      .header("X-Content-Type-Options", "nosniff");
}

Response answer_metrics() {
  const AdminView view = look_around();
  return fresh(admin_metrics(view.board, view.known(), view.posted.at, now()), kMetricsType);
}

Response answer_status() {
  const AdminView view = look_around();
  return fresh(admin_status(view.board, view.posted.text,
                            view.facts ? view.facts->alive() : std::vector<size_t>(),
                            now() - view.posted.at),
               kJsonType);
}

Response answer_readiness() {
  const AdminView view = look_around();
  const AdminReadiness readiness = admin_readiness(view.known(), stopping());
  std::string text;
  JsonWriter json(text);
  json.object([&] {
    json.field("ready", readiness.ready);
    json.key("reasons");
    json.array([&] {
      for (const std::string& reason : readiness.reasons) json.value(reason);
    });
  });
  return fresh(std::move(text), kJsonType, readiness.ready ? 200 : 503);
}

Response part_of_page(std::string_view text, std::string_view type) {
  return Response()
      .body(std::string(text), type)
      .header("Cache-Control", "no-cache")
      .header("Content-Security-Policy", kPolicy)
      .header("X-Content-Type-Options", "nosniff")
      .header("Referrer-Policy", "no-referrer");
}

}  // namespace

void admin_routes(App& app) {
  app.openapi({.enabled = false});
  app.get("/metrics", answer_metrics);
  app.get("/livez", [] { return fresh("ok\n", kTextType); });
  app.get("/readyz", answer_readiness);
  app.get("/status.json", answer_status);
  app.get("/", [] { return part_of_page(kAdminPage, kHtmlType); });
  app.get("/admin.css", [] { return part_of_page(kAdminStyle, "text/css; charset=utf-8"); });
  app.get("/admin.js", [] { return part_of_page(kAdminScript, "text/javascript; charset=utf-8"); });
}

}  // namespace svc
