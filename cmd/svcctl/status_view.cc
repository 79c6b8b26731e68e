#include "cmd/svcctl/status_view.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "cmd/svcctl/table.h"

namespace svc {
namespace {

constexpr size_t kIndent = 2;

size_t ready_workers(const StatusService& service) {
  return static_cast<size_t>(
      std::count_if(service.workers.begin(), service.workers.end(),
                    [](const StatusWorker& each) { return each.field("state") == "ready"; }));
}

// "2h5m", "3m20s", "12s": the two largest units.
std::string spoken_uptime(double seconds) {
  const auto whole = static_cast<int64_t>(std::max(seconds, 0.0));
  if (whole >= 86'400) return fmt::format("{}d{}h", whole / 86'400, whole % 86'400 / 3'600);
  if (whole >= 3'600) return fmt::format("{}h{}m", whole / 3'600, whole % 3'600 / 60);
  if (whole >= 60) return fmt::format("{}m{}s", whole / 60, whole % 60);
  return fmt::format("{}s", whole);
}

std::string as_it_is(std::string_view value) { return cleaned(value); }
std::string as_uptime(std::string_view value) {
  return spoken_uptime(std::strtod(std::string(value).c_str(), nullptr));
}
std::string as_mebibytes(std::string_view value) {
  constexpr double kMebibyte = 1024 * 1024;
  return fmt::format("{:.1f}M", std::strtod(std::string(value).c_str(), nullptr) / kMebibyte);
}

// How a worker's fields are shown. Others are shown behind these, under their own names.
struct FieldView {
  std::string_view name, heading;
  std::string (*shown)(std::string_view);
};
constexpr std::array kFields = {
    FieldView{"index", "WORKER", as_it_is},      FieldView{"pid", "PID", as_it_is},
    FieldView{"state", "STATE", as_it_is},       FieldView{"generation", "GEN", as_it_is},
    FieldView{"uptime_s", "UPTIME", as_uptime},  FieldView{"requests", "REQUESTS", as_it_is},
    FieldView{"in_flight", "BUSY", as_it_is},    FieldView{"connections", "CONNS", as_it_is},
    FieldView{"rss_bytes", "RSS", as_mebibytes},
};

bool is_known(std::string_view name) {
  return std::any_of(kFields.begin(), kFields.end(),
                     [&](const FieldView& each) { return each.name == name; });
}

// The columns of a table, in their order: those of kFields that there are, then the rest.
std::vector<FieldView> columns_of(const StatusWorker& worker) {
  std::vector<FieldView> columns;
  for (const FieldView& view : kFields)
    if (!worker.field(view.name).empty()) columns.push_back(view);
  for (const auto& [name, value] : worker.fields)
    if (!is_known(name)) columns.push_back({name, name, as_it_is});
  return columns;
}

std::string workers_table(const StatusService& service, const Terminal& terminal) {
  if (service.workers.empty()) return "";
  const std::vector<FieldView> columns = columns_of(service.workers.front());
  std::vector<std::vector<std::string>> rows(1);
  for (const FieldView& column : columns) rows[0].push_back(cleaned(column.heading));
  for (const StatusWorker& worker : service.workers) {
    std::vector<std::string> row;
    for (const FieldView& column : columns) row.push_back(column.shown(worker.field(column.name)));
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
  std::string out = fmt::format(
      "{}  {}  pid {}  generation {}  up {}\n", terminal.paint(Colour::bold, cleaned(status.name)),
      terminal.paint(colour_of_state(status.state), cleaned(status.state)), status.pid,
      status.generation, spoken_uptime(status.uptime_s));
  for (const StatusService& service : status.services) {
    out += fmt::format("\n{}  {}  generation {}  {} of {} workers ready{}\n",
                       terminal.paint(Colour::bold, cleaned(service.name)),
                       terminal.paint(colour_of_state(service.state), cleaned(service.state)),
                       service.generation, ready_workers(service), service.workers_wanted,
                       service.restarts > 0 ? fmt::format("  {} restarts", service.restarts) : "");
    for (const std::string& address : service.listen)
      out += fmt::format("{:{}}{}\n", "", kIndent, cleaned(address));
    if (!service.last_death.empty())
      out += fmt::format("{:{}}last death: {}\n", "", kIndent,
                         terminal.paint(Colour::red, cleaned(service.last_death)));
    if (service.on_probation)
      out += fmt::format(
          "{:{}}on probation: if its workers crash, the last generation comes back\n", "", kIndent);
    for (const std::string& route : service.quarantined)
      out += fmt::format("{:{}}in quarantine: {}\n", "", kIndent,
                         terminal.paint(Colour::red, cleaned(route)));
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
