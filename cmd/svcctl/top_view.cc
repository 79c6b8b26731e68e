#include "cmd/svcctl/top_view.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <vector>

#include "cmd/svcctl/figures.h"
#include "cmd/svcctl/table.h"
#include "core/base/json_writer.h"

namespace svc {
namespace {

constexpr size_t kNameMax = 20;

struct Line {
  std::string text;
  Colour colour = Colour::plain;
};

Colour colour_of_row(std::string_view state) {
  const Colour colour = colour_of_state(state);
  return colour == Colour::green ? Colour::plain : colour;
}

int64_t restarts_of(const StatusService& service) {
  int64_t sum = 0;
  for (const auto& [name, count] : service.reasons) sum += std::clamp<int64_t>(count, 0, 1 << 30);
  return std::max(sum, service.restarts);
}

std::vector<std::string> service_row(const StatusService& service, const WorkRates& rates) {
  return {cut_to_width(cleaned(service.name), kNameMax),
          cleaned(service.state),
          std::to_string(service.generation),
          service.uptime_s ? spoken_time(*service.uptime_s) : "-",
          fmt::format("{}/{}", service.ready(), service.workers_wanted),
          spoken_rate(rates.requests_per_s),
          spoken_latency(rates.p50),
          spoken_latency(rates.p99),
          std::to_string(service.total("in_flight")),
          spoken_memory(memory_of(service)),
          std::to_string(restarts_of(service)),
          spoken_rate(rates.errors_per_s)};
}

double number_of(std::string_view text) { return std::strtod(std::string(text).c_str(), nullptr); }

std::vector<std::string> worker_row(const StatusWorker& worker, const TopRates& rates) {
  const std::string_view pid = worker.field("pid");
  const auto rate = rates.workers.find(std::string(pid));
  const std::string_view own = worker.field("memory_bytes");
  return {fmt::format("  {} pid {}", cleaned(worker.field("index")), cleaned(pid)),
          cleaned(worker.field("state")),
          cleaned(worker.field("generation")),
          spoken_time(number_of(worker.field("uptime_s"))),
          "",
          rate == rates.workers.end() ? "-" : spoken_rate(rate->second),
          "",
          "",
          cleaned(worker.field("in_flight")),
          spoken_memory(number_of(own.empty() ? worker.field("rss_bytes") : own)),
          "",
          ""};
}

void add_table(std::vector<Line>& lines, const Status& status, const TopRates& rates,
               const TopLook& look) {
  std::vector<std::vector<std::string>> rows = {{"SERVICE", "STATE", "GEN", "UP", "READY", "REQ/S",
                                                 "P50", "P99", "BUSY", "MEM", "RESTARTS", "ERR/S"}};
  std::vector<Colour> colours = {Colour::dim};
  for (const StatusService& service : status.services) {
    const auto found = rates.services.find(service.name);
    rows.push_back(
        service_row(service, found == rates.services.end() ? WorkRates{} : found->second));
    colours.push_back(colour_of_row(service.state));
    if (!look.workers) continue;
    for (const StatusWorker& worker : service.workers) {
      rows.push_back(worker_row(worker, rates));
      colours.push_back(colour_of_row(worker.field("state")));
    }
  }
  const std::string table = format_table(rows, 0, look.columns);
  size_t begin = 0;
  for (const Colour colour : colours) {
    const size_t end = table.find('\n', begin);
    lines.push_back({table.substr(begin, end - begin), colour});
    begin = end + 1;
  }
}

void add_notes(std::vector<Line>& lines, const StatusService& service, size_t columns) {
  const auto note = [&](std::string_view text, Colour colour) {
    lines.push_back({fmt::format("{}: {}", cleaned(service.name), text), colour});
  };
  for (const StatusDraining& each : service.draining) note(draining_text(each), Colour::yellow);
  for (const std::string& route : service.quarantined)
    note("in quarantine: " + cleaned(route), Colour::red);
  if (const std::string text = passed_by_text(service); !text.empty()) note(text, Colour::yellow);
  const std::string dropped =
      dropped_text(service.log_lines_dropped, service.access_log_lines_dropped);
  if (!dropped.empty()) note("dropped: " + dropped, Colour::red);
  if (const std::string reasons = reasons_text(service); !reasons.empty())
    note("restarts: " + reasons, Colour::plain);
  // Why comes last in it, and matters most. Of a backtrace `status` has the rest.
  const std::string death = cleaned(service.last_death.substr(0, service.last_death.find('\n')));
  if (death.empty()) return;
  std::istringstream folded(wrapped(cleaned(service.name) + ": last death: " + death, 0, columns));
  for (std::string line; std::getline(folded, line);) lines.push_back({line, Colour::plain});
}

std::string assembled(std::vector<Line> lines, const TopLook& look, const Terminal& terminal) {
  if (lines.size() > look.rows && look.rows > 1) {
    const size_t left_out = lines.size() - (look.rows - 1);
    lines.resize(look.rows - 1);
    lines.push_back({fmt::format("… {} more lines", left_out), Colour::dim});
  }
  std::string out;
  for (Line& line : lines) {
    // A last death may have lines of its own.
    for (char& c : line.text)
      if (c == '\n' || c == '\t') c = ' ';
    out += terminal.paint(line.text.empty() ? Colour::plain : line.colour,
                          cut_to_width(line.text, look.columns)) +
           "\n";
  }
  return out;
}

void write_rates(JsonWriter& json, const WorkRates& rates) {
  const auto milliseconds = [&](std::string_view name, std::optional<Duration> took) {
    json.key(name);
    if (!took) return json.null();
    json.value(static_cast<double>(took->count()) / 1e6);
  };
  json.field("over_s", std::chrono::duration<double>(rates.over).count());
  json.field("requests_per_s", rates.requests_per_s);
  json.field("errors_per_s", rates.errors_per_s);
  milliseconds("p50_ms", rates.p50);
  milliseconds("p99_ms", rates.p99);
}

}  // namespace

std::string format_top(const Status& status, const TopRates& rates, const TopLook& look,
                       const Terminal& terminal) {
  std::vector<Line> lines;
  lines.push_back(
      {fmt::format("{}  {}  pid {}  generation {}  up {}  {} req/s{}", cleaned(status.name),
                   cleaned(status.state), status.pid, status.generation,
                   spoken_time(status.uptime_s), spoken_rate(rates.requests_per_s),
                   rates.errors_per_s > 0
                       ? fmt::format("  {} errors/s", spoken_rate(rates.errors_per_s))
                       : ""),
       Colour::bold});
  lines.push_back({});
  add_table(lines, status, rates, look);
  const size_t without_notes = lines.size();
  if (const std::string text = dropped_text(status.log_lines_dropped, 0); !text.empty())
    lines.push_back({"dropped: " + text, Colour::red});
  for (const StatusService& service : status.services) add_notes(lines, service, look.columns);
  if (lines.size() > without_notes)
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(without_notes), Line{});
  return assembled(std::move(lines), look, terminal);
}

std::string top_json(const Status& status, const TopRates& rates, std::string_view document) {
  std::string out;
  JsonWriter json(out);
  json.object([&] {
    json.field("name", status.name);
    json.field("requests_per_s", rates.requests_per_s);
    json.field("errors_per_s", rates.errors_per_s);
    json.key("services");
    json.array([&] {
      for (const auto& [name, each] : rates.services)
        json.object([&] {
          json.field("name", name);
          write_rates(json, each);
        });
    });
    json.key("workers");
    json.object([&] {
      for (const auto& [pid, rate] : rates.workers) json.field(pid, rate);
    });
    json.key("status");
    json.raw(document);
  });
  return out;
}

}  // namespace svc
