#include "cmd/svcctl/status_view.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>

#include "cmd/svcctl/table.h"

namespace svc {
namespace {

constexpr size_t kIndent = 2;

size_t ready_workers(const StatusService& service) {
  return static_cast<size_t>(
      std::count_if(service.workers.begin(), service.workers.end(),
                    [](const StatusWorker& each) { return each.field("state") == "ready"; }));
}

// "in_flight" is headed "IN FLIGHT"; names that would be wide have shorter ones.
std::string heading(std::string_view field) {
  if (field == "index") return "WORKER";
  if (field == "generation") return "GEN";
  std::string out(field);
  for (char& c : out) c = c == '_' ? ' ' : static_cast<char>(std::toupper(c));
  return out;
}

std::string workers_table(const StatusService& service, const Terminal& terminal) {
  if (service.workers.empty()) return "";
  std::vector<std::string> names;
  for (const auto& [name, value] : service.workers.front().fields) names.push_back(name);

  std::vector<std::vector<std::string>> rows(1);
  for (const std::string& name : names) rows[0].push_back(heading(name));
  for (const StatusWorker& worker : service.workers) {
    std::vector<std::string> row;
    for (const std::string& name : names) row.emplace_back(cleaned(worker.field(name)));
    rows.push_back(std::move(row));
  }
  std::string table = format_table(rows, kIndent);
  const size_t headings = table.find('\n');
  return terminal.paint(Colour::dim, table.substr(0, headings)) + table.substr(headings);
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + cleaned(word);
  return out;
}

}  // namespace

std::string format_status(const Status& status, const Terminal& terminal) {
  std::string out =
      fmt::format("{}  pid {}  generation {}\n", terminal.paint(Colour::bold, cleaned(status.name)),
                  status.pid, status.generation);
  for (const StatusService& service : status.services) {
    out += fmt::format("\n{}  {}  generation {}  {} of {} workers ready\n",
                       terminal.paint(Colour::bold, cleaned(service.name)),
                       terminal.paint(colour_of_state(service.state), cleaned(service.state)),
                       service.generation, ready_workers(service), service.workers.size());
    for (const std::string& address : service.listen)
      out += fmt::format("{:{}}{}\n", "", kIndent, cleaned(address));
    out += workers_table(service, terminal);
  }
  return out;
}

std::string format_services(const Status& status, const Terminal& terminal) {
  std::vector<std::vector<std::string>> rows = {{"SERVICE", "WORKERS", "LISTENS ON"}};
  for (const StatusService& service : status.services)
    rows.push_back(
        {cleaned(service.name), std::to_string(service.workers.size()), joined(service.listen)});
  constexpr size_t kUnbounded = 10'000;  // An address that is cut off is of no use.
  std::string table = format_table(rows, kIndent, kUnbounded);
  const size_t headings = table.find('\n');
  return terminal.paint(Colour::dim, table.substr(0, headings)) + table.substr(headings);
}

}  // namespace svc
