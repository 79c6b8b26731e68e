#include "cmd/svcctl/status_view.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "cmd/svcctl/figures.h"
#include "cmd/svcctl/table.h"
#include "core/base/units.h"

namespace svc {
namespace {

constexpr size_t kIndent = 2;

std::string as_it_is(std::string_view value) { return cleaned(value); }
std::string as_uptime(std::string_view value) {
  return spoken_time(std::strtod(std::string(value).c_str(), nullptr));
}
std::string as_memory(std::string_view value) {
  return spoken_memory(std::strtod(std::string(value).c_str(), nullptr));
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
    FieldView{"memory_bytes", "MEM", as_memory}, FieldView{"rss_bytes", "RSS", as_memory},
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

// Of those upstreams with which something is wrong; nothing about the others.
std::string upstream_lines(const StatusService& service, const Terminal& terminal) {
  std::string out;
  for (const StatusUpstream& each : service.upstreams) {
    std::string text;
    if (each.workers_open > 0)
      text = fmt::format("breaker {} in {} worker{}", each.breaker == "open" ? "open" : "half open",
                         each.workers_open, each.workers_open == 1 ? "" : "s");
    if (each.ejected > 0)
      text +=
          fmt::format("{}{} of its addresses left alone", text.empty() ? "" : ", ", each.ejected);
    if (text.empty()) continue;
    out += fmt::format("{:{}}upstream {}: {}\n", "", kIndent, cleaned(each.name),
                       terminal.paint(Colour::red, text));
  }
  return out;
}

std::string dropped_line(int64_t of_log, int64_t of_access_log, const Terminal& terminal) {
  const std::string text = dropped_text(of_log, of_access_log);
  if (text.empty()) return text;
  return fmt::format("{:{}}dropped: {}\n", "", kIndent, terminal.paint(Colour::red, text));
}

// What it does, and how often its workers had to be replaced.
std::string work_lines(const StatusService& service) {
  std::string out;
  if (service.recent && service.recent->over > 0s) {
    const WorkRates& recent = *service.recent;
    out += fmt::format("{:{}}{} req/s, p50 {}, p99 {}", "", kIndent,
                       spoken_rate(recent.requests_per_s), spoken_latency(recent.p50),
                       spoken_latency(recent.p99));
    if (recent.errors_per_s > 0)
      out += fmt::format(", {} errors/s", spoken_rate(recent.errors_per_s));
    out += fmt::format(" in the last {}; memory {}\n",
                       spoken_time(std::chrono::duration<double>(recent.over).count()),
                       spoken_memory(memory_of(service)));
  }
  if (service.drained)
    out += fmt::format("{:{}}drained by SIGWINCH: `svcctl reload` brings its workers back\n", "",
                       kIndent);
  for (const StatusDraining& each : service.draining)
    out += fmt::format("{:{}}{}\n", "", kIndent, draining_text(each));
  if (const std::string text = passed_by_text(service); !text.empty())
    out += fmt::format("{:{}}{}\n", "", kIndent, text);
  const std::string reasons = reasons_text(service);
  if (!reasons.empty())
    out += fmt::format("{:{}}restarts: {}\n", "", kIndent, reasons);
  else if (service.restarts > 0)
    out += fmt::format("{:{}}restarts: {}\n", "", kIndent, service.restarts);
  return out;
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
      status.generation, spoken_time(status.uptime_s));
  out += dropped_line(status.log_lines_dropped, 0, terminal);
  for (const StatusService& service : status.services) {
    out += fmt::format("\n{}  {}  generation {}{}  {} of {} workers ready\n",
                       terminal.paint(Colour::bold, cleaned(service.name)),
                       terminal.paint(colour_of_state(service.state), cleaned(service.state)),
                       service.generation,
                       service.uptime_s ? "  up " + spoken_time(*service.uptime_s) : "",
                       service.ready(), service.workers_wanted);
    for (const std::string& address : service.listen)
      out += fmt::format("{:{}}{}\n", "", kIndent, cleaned(address));
    out += work_lines(service);
    out += dropped_line(service.log_lines_dropped, service.access_log_lines_dropped, terminal);
    if (!service.last_death.empty())
      out += terminal.paint(Colour::red,
                            wrapped("last death: " + cleaned(service.last_death), kIndent));
    if (service.on_probation)
      out += fmt::format(
          "{:{}}on probation: if its workers crash, the last generation comes back\n", "", kIndent);
    for (const std::string& route : service.quarantined)
      out += fmt::format("{:{}}in quarantine: {}\n", "", kIndent,
                         terminal.paint(Colour::red, cleaned(route)));
    out += upstream_lines(service, terminal);
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
