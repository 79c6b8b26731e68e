// schema.h — the rows of settings.def, for whatever works on settings in general.
//
// Two views of one table: Setting, a row as data, for documents and messages; Field<Section>, the
// same row with access to the struct member it became, for loading, serialising and comparing.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/config.h"

namespace svc {

enum class Kind : uint8_t {
  text,
  texts,
  label,
  path,
  target,
  module,
  number,
  amount,
  size,
  duration,
  mode,
  choice,
  workers,
  listeners,
  environment,
  regions,
  options,
};

// What a changed value needs before it counts.
enum class Change : uint8_t { reload, generation, restart };

struct Bounds {
  uint64_t lowest = 0;
  uint64_t highest = UINT64_MAX;
  bool given = false;  // Worth a word in the manual.
};

struct Setting {
  std::string_view section;  // "master", "service.*.http"
  std::string_view name;
  Kind kind{};
  std::span<const std::string_view> choices;  // Kind::choice: the value is an index into it.
  Bounds bounds;
  Change change{};
  std::string_view prose;
};

// A value of any kind: numbers, milliseconds, bytes and indexes of choices are the first.
using Value =
    std::variant<uint64_t, std::string, std::vector<std::string>, Workers, std::vector<ListenEntry>,
                 std::map<std::string, std::string>, std::vector<Option>>;

template <class Section>
struct Field {
  const Setting* setting;
  Value (*get)(const Section&);
  // REQUIRES: fits(*setting, value) (value.h).
  void (*set)(Section&, Value&&);
};

// MasterConfig, LogConfig, ServiceConfig, ListenEntry, HttpConfig, ProxyConfig, UpstreamConfig.
template <class Section>
std::span<const Field<Section>> fields() noexcept;

SVC_API std::span<const Setting> all_settings() noexcept;
// The rows of one section, by its name with the wildcard.
SVC_API std::span<const Setting> settings_in(std::string_view section) noexcept;
SVC_API const Setting* find_setting(std::string_view section, std::string_view name) noexcept;
// "service.users.http.body_max" and "service.*.http.body_max" are the same row; nullptr: none.
SVC_API const Setting* find_setting(std::string_view path) noexcept;
// "service.users.http" as "service.*.http", "service.users.upstreams.prices" as
// "service.*.upstreams.*": the section of the table that this is one of; others stay as they are.
SVC_API std::string with_wildcards(std::string_view path);
SVC_API std::string path_of(const Setting& setting);  // "service.*.http.body_max"
// What it is when nobody sets it, unless that depends on the system.
SVC_API Value default_of(const Setting& setting);

SVC_API std::string_view change_name(Change change) noexcept;  // "reload", "generation", "restart"

// Calls visit(path, section) for each section of a Config (or const Config), in the table's order.
template <class AnyConfig, class Visit>
void for_each_section(AnyConfig& config, Visit&& visit) {
  visit(std::string("master"), config.master);
  visit(std::string("log"), config.log);
  for (auto& [name, service] : config.services) {
    visit("service." + name, service);
    visit("service." + name + ".http", service.http);
    visit("service." + name + ".proxy", service.proxy);
    for (auto& [upstream, settings] : service.upstreams)
      visit("service." + name + ".upstreams." + upstream, settings);
  }
}

}  // namespace svc
