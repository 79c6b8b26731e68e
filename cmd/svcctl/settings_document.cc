#include "cmd/svcctl/settings_document.h"

#include <simdjson.h>

#include <algorithm>
#include <map>
#include <set>

#include "config/schema.h"

namespace svc {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::string_view kService = "service.";
constexpr std::string_view kWholeService = "{}";  // Its settings follow from the file.

// "service.users" of "service.users.http.body_max"; "" for what is no service's.
std::string service_of(std::string_view path) {
  if (!path.starts_with(kService)) return "";
  return std::string(path.substr(0, path.find('.', kService.size())));
}

std::set<std::string> services_in(const std::vector<ShownSetting>& settings) {
  std::set<std::string> services;
  for (const ShownSetting& setting : settings) services.insert(service_of(setting.path));
  return services;
}

std::string_view needs(const std::string& path) {
  const Setting* setting = find_setting(path);
  return change_name(setting == nullptr ? Change::generation : setting->change);
}

}  // namespace

Result<std::vector<ShownSetting>> parse_settings(std::string_view json) {
  simdjson::dom::parser parser;
  object document, settings;
  if (parser.parse(json.data(), json.size()).get(document) != simdjson::SUCCESS ||
      document["settings"].get(settings) != simdjson::SUCCESS)
    return Error::of(std::errc::protocol_error,
                     "the master's configuration can't be read; is it of another version?");
  std::vector<ShownSetting> found;
  for (const auto [path, shown] : settings) {
    element value;
    std::string_view origin;
    if (shown["value"].get(value) != simdjson::SUCCESS) continue;
    if (shown["origin"].get(origin) != simdjson::SUCCESS) origin = "";
    found.push_back({std::string(path), simdjson::minify(value), std::string(origin)});
  }
  return found;
}

std::vector<ShownChange> compare_settings(const std::vector<ShownSetting>& running,
                                          const std::vector<ShownSetting>& next) {
  const std::string whole(kWholeService);
  const std::set<std::string> before = services_in(running), after = services_in(next);
  std::vector<ShownChange> changes;
  for (const std::string& service : before)
    if (!after.contains(service)) changes.push_back({service, whole, "", "generation"});
  for (const std::string& service : after)
    if (!before.contains(service)) changes.push_back({service, "", whole, "generation"});

  std::map<std::string_view, const ShownSetting*> known;
  for (const ShownSetting& setting : running) known[setting.path] = &setting;
  for (const ShownSetting& setting : next) {
    if (!before.contains(service_of(setting.path))) continue;
    const auto found = known.find(setting.path);
    const std::string old = found == known.end() ? "" : found->second->value;
    if (old != setting.value)
      changes.push_back({setting.path, old, setting.value, needs(setting.path)});
  }
  return changes;
}

}  // namespace svc
