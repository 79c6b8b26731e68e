#include <algorithm>

#include "cmd/svcctl/commands.h"
#include "cmd/svcctl/session.h"
#include "cmd/svcctl/status_document.h"
#include "cmd/svcctl/table.h"

namespace svc {
namespace {

// Of what no route has, nothing is shown.
void drop_empty_columns(std::vector<std::vector<std::string>>& rows) {
  for (size_t column = rows.front().size(); column-- > 3;) {
    const auto is_empty = [column](const auto& row) { return row[column].empty(); };
    if (!std::all_of(rows.begin() + 1, rows.end(), is_empty)) continue;
    for (auto& row : rows) row.erase(row.begin() + static_cast<std::ptrdiff_t>(column));
  }
}

}  // namespace

int run_routes(const Session& session) {
  ControlRequest request{"routes", {}};
  const std::string& service = session.invocation().argument;
  if (!service.empty()) request.arguments.push_back(service);
  const auto answer = session.ask(request);
  if (!answer) return session.fail(answer.error());
  if (answer->exit_status != 0) return session.fail(kFailed, answer->line);
  if (session.json()) {
    session.terminal().line(answer->document);
    return kDone;
  }
  const auto routes = parse_routes(answer->document);
  if (!routes) return session.fail(routes.error());
  std::vector<std::vector<std::string>> rows = {
      {"SERVICE", "METHOD", "PATTERN", "LIMITS", "AROUND", "SUMMARY"}};
  for (const RouteLine& route : *routes)
    rows.push_back({cleaned(route.service), cleaned(route.method), cleaned(route.pattern),
                    cleaned(route.limits), cleaned(route.around), cleaned(route.summary)});
  drop_empty_columns(rows);
  constexpr size_t kUnbounded = 10'000;  // A pattern that is cut off is of no use.
  session.terminal().print(format_table(rows, 0, kUnbounded));
  return kDone;
}

}  // namespace svc
