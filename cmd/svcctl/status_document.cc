#include "cmd/svcctl/status_document.h"

#include <fmt/core.h>
#include <simdjson.h>

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

StatusService read_service(const object& from) {
  StatusService service;
  service.name = text_of(from, "name");
  service.state = text_of(from, "state");
  service.generation = number_of(from, "generation");
  service.workers_wanted = number_of(from, "workers_wanted");
  service.restarts = number_of(from, "restarts");
  service.last_death = text_of(from, "last_death");
  bool on_probation = false;
  service.on_probation =
      from["on_probation"].get(on_probation) == simdjson::SUCCESS && on_probation;
  service.quarantined = texts_of(from, "quarantined");
  service.listen = texts_of(from, "listen");
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
  if (document["uptime_s"].get(status.uptime_s) != simdjson::SUCCESS) status.uptime_s = 0;
  if (status.pid <= 0 || !document["services"].is_array()) return nonsense("status");
  each_object(document, "services",
              [&](const object& each) { status.services.push_back(read_service(each)); });
  return status;
}

Result<std::vector<RouteLine>> parse_routes(std::string_view json) {
  simdjson::dom::parser parser;
  object document;
  if (parser.parse(json.data(), json.size()).get(document) != simdjson::SUCCESS ||
      !document["services"].is_array())
    return nonsense("routes");
  std::vector<RouteLine> routes;
  each_object(document, "services", [&](const object& service) {
    each_object(service, "routes", [&](const object& route) {
      routes.push_back(
          {text_of(service, "name"), text_of(route, "method"), text_of(route, "pattern")});
    });
  });
  return routes;
}

}  // namespace svc
