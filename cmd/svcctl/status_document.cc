#include "cmd/svcctl/status_document.h"

#include <fmt/core.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>

#include "core/base/units.h"

namespace svc {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

Error nonsense(std::string_view what) {
  return Error::of(std::errc::protocol_error,
                   fmt::format("the master's {} can't be read; is it of another version?", what));
}

std::string text_of(const object& from, const char* key) {
  std::string_view text;
  return from[key].get(text) == simdjson::SUCCESS ? std::string(text) : "";
}

int64_t number_of(const object& from, const char* key) {
  int64_t number = 0;
  return from[key].get(number) == simdjson::SUCCESS ? number : 0;
}

bool is_true(const object& from, const char* key) {
  bool value = false;
  return from[key].get(value) == simdjson::SUCCESS && value;
}

// A scalar as people read it; "" for arrays and objects.
std::string shown(const element& value) {
  switch (value.type()) {
    case element_type::STRING:
      return std::string(std::string_view(value));
    case element_type::INT64:
      return std::to_string(int64_t(value));
    case element_type::UINT64:
      return std::to_string(uint64_t(value));
    case element_type::DOUBLE:
      return fmt::format("{:.1f}", double(value));
    case element_type::BOOL:
      return bool(value) ? "yes" : "no";
    default:
      return "";
  }
}

// Calls `visit` with each object of the array `key`; what is there instead is passed over.
template <class Visit>
void each_object(const object& from, const char* key, Visit visit) {
  array items;
  if (from[key].get(items) != simdjson::SUCCESS) return;
  for (const element item : items) {
    object each;
    if (item.get(each) == simdjson::SUCCESS) visit(each);
  }
}

std::vector<std::string> texts_of(const object& from, std::string_view key) {
  std::vector<std::string> texts;
  array items;
  if (from[key].get(items) != simdjson::SUCCESS) return texts;
  for (const element item : items) texts.push_back(shown(item));
  return texts;
}

double real_of(const object& from, const char* key) {
  double number = 0;
  return from[key].get(number) == simdjson::SUCCESS ? number : 0;
}

// In seconds or their like; what no clock shows is cut.
Duration time_of(double amount, double nanoseconds_each) {
  constexpr double kLongest = 9e18;
  return Duration(static_cast<int64_t>(std::clamp(amount * nanoseconds_each, 0.0, kLongest)));
}

std::optional<Duration> latency_of(const object& from, const char* key) {
  double milliseconds = 0;
  if (from[key].get(milliseconds) != simdjson::SUCCESS) return std::nullopt;
  return time_of(milliseconds, 1e6);
}

WorkSample read_work(const object& from, Instant at) {
  WorkSample work;
  work.at = at;
  work.answered = static_cast<uint64_t>(std::max<int64_t>(number_of(from, "requests"), 0));
  work.errors = static_cast<uint64_t>(std::max<int64_t>(number_of(from, "errors"), 0));
  array counts;
  // Of other buckets nothing can be said.
  if (from["took"].get(counts) != simdjson::SUCCESS || counts.size() != kLatencyBuckets)
    return work;
  size_t i = 0;
  for (const element count : counts)
    if (count.get(work.took[i++]) != simdjson::SUCCESS) work.took[i - 1] = 0;
  return work;
}

std::optional<WorkRates> read_recent(const object& from) {
  object recent;
  if (from["recent"].get(recent) != simdjson::SUCCESS) return std::nullopt;
  return WorkRates{.over = time_of(real_of(recent, "over_s"), 1e9),
                   .requests_per_s = real_of(recent, "requests_per_s"),
                   .errors_per_s = real_of(recent, "errors_per_s"),
                   .p50 = latency_of(recent, "p50_ms"),
                   .p99 = latency_of(recent, "p99_ms")};
}

std::vector<std::pair<std::string, int64_t>> read_reasons(const object& from) {
  std::vector<std::pair<std::string, int64_t>> reasons;
  object counts;
  if (from["restarts_by_reason"].get(counts) != simdjson::SUCCESS) return reasons;
  for (const auto [key, value] : counts) {
    int64_t count = 0;
    if (value.get(count) == simdjson::SUCCESS) reasons.emplace_back(std::string(key), count);
  }
  return reasons;
}

StatusService read_service(const object& from, Instant at) {
  StatusService service;
  double uptime = 0;
  if (from["uptime_s"].get(uptime) == simdjson::SUCCESS) service.uptime_s = uptime;
  service.reasons = read_reasons(from);
  service.work = read_work(from, at);
  service.recent = read_recent(from);
  service.log_lines_dropped = number_of(from, "log_lines_dropped");
  service.access_log_lines_dropped = number_of(from, "access_log_lines_dropped");
  each_object(from, "draining", [&](const object& each) {
    service.draining.push_back({number_of(each, "generation"), number_of(each, "workers"),
                                number_of(each, "in_flight"), real_of(each, "killed_in_s")});
  });
  service.name = text_of(from, "name");
  service.state = text_of(from, "state");
  service.generation = number_of(from, "generation");
  service.workers_wanted = number_of(from, "workers_wanted");
  service.restarts = number_of(from, "restarts");
  service.last_death = text_of(from, "last_death");
  service.on_probation = is_true(from, "on_probation");
  service.drained = is_true(from, "drained");
  service.quarantined = texts_of(from, "quarantined");
  service.passed_by = texts_of(from, "passed_by");
  service.listen = texts_of(from, "listen");
  each_object(from, "upstreams", [&](const object& each) {
    service.upstreams.push_back({text_of(each, "name"), text_of(each, "breaker"),
                                 number_of(each, "workers_open"), number_of(each, "ejected")});
  });
  each_object(from, "workers", [&](const object& each) {
    StatusWorker worker;
    for (const auto [key, value] : each)
      if (!value.is_array() && !value.is_object())
        worker.fields.emplace_back(std::string(key), shown(value));
    service.workers.push_back(std::move(worker));
  });
  return service;
}

}  // namespace

std::string_view StatusWorker::field(std::string_view name) const noexcept {
  for (const auto& [key, value] : fields)
    if (key == name) return value;
  return {};
}

int64_t StatusService::total(std::string_view of) const noexcept {
  int64_t sum = 0;
  for (const StatusWorker& worker : workers) {
    const std::string_view text = worker.field(of);
    int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    if (__builtin_add_overflow(sum, number, &sum)) return 0;  // Nonsense from somewhere.
  }
  return sum;
}

size_t StatusService::ready() const noexcept {
  return static_cast<size_t>(std::ranges::count_if(
      workers, [](const StatusWorker& each) { return each.field("state") == "ready"; }));
}

Result<Status> parse_status(std::string_view json) {
  simdjson::dom::parser parser;
  object document;
  if (parser.parse(json.data(), json.size()).get(document) != simdjson::SUCCESS)
    return nonsense("status");
  Status status;
  status.name = text_of(document, "name");
  status.pid = number_of(document, "pid");
  status.generation = number_of(document, "generation");
  status.state = text_of(document, "state");
  status.log_lines_dropped = number_of(document, "log_lines_dropped");
  status.config = text_of(document, "config");
  if (document["uptime_s"].get(status.uptime_s) != simdjson::SUCCESS) status.uptime_s = 0;
  const Instant at = Instant(time_of(real_of(document, "at_s"), 1e9));
  if (status.pid <= 0 || !document["services"].is_array()) return nonsense("status");
  each_object(document, "services",
              [&](const object& each) { status.services.push_back(read_service(each, at)); });
  return status;
}

namespace {

std::string as_list(const std::vector<std::string>& items) {
  std::string list;
  for (const std::string& item : items) list += list.empty() ? item : ", " + item;
  return list;
}

std::string limits_of(const object& route) {
  std::vector<std::string> limits;
  if (is_true(route, "offload")) limits.push_back("offload");
  constexpr int64_t kLongest = 365LL * 24 * 3600 * 1000;  // Nanoseconds of it are a number still.
  const int64_t deadline_ms = std::min(number_of(route, "deadline_ms"), kLongest);
  if (deadline_ms > 0)
    limits.push_back("deadline " + format_duration(std::chrono::milliseconds(deadline_ms)));
  const int64_t body_max = number_of(route, "body_max");
  if (body_max > 0) limits.push_back("body " + format_size(static_cast<uint64_t>(body_max)));
  return as_list(limits);
}

}  // namespace

Result<std::vector<RouteLine>> parse_routes(std::string_view json) {
  simdjson::dom::parser parser;
  object document;
  if (parser.parse(json.data(), json.size()).get(document) != simdjson::SUCCESS ||
      !document["services"].is_array())
    return nonsense("routes");
  std::vector<RouteLine> routes;
  each_object(document, "services", [&](const object& service) {
    each_object(service, "routes", [&](const object& route) {
      routes.push_back({text_of(service, "name"), text_of(route, "method"),
                        text_of(route, "pattern"), limits_of(route),
                        as_list(texts_of(route, "around")), text_of(route, "summary")});
    });
  });
  return routes;
}

}  // namespace svc
