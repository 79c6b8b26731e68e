#include "config/schema.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/check.h"

namespace svc {
namespace {

// ---- What the words of settings.def mean ----

constexpr std::string_view kLogLevels[] = {"debug", "info", "warn", "error", "off"};
constexpr std::string_view kLogFormats[] = {"text", "json"};
constexpr std::string_view kReuseport[] = {"auto", "on", "off"};
constexpr std::string_view kBalance[] = {"round-robin", "least-loaded"};
constexpr std::string_view kForwardedBy[] = {"x-forwarded-for", "forwarded", "none"};
constexpr std::string_view kOnOff[] = {"off", "on"};
static_assert(std::size(kForwardedBy) == static_cast<size_t>(ForwardedBy::none) + 1);
static_assert(std::size(kOnOff) == static_cast<size_t>(OnOff::on) + 1);
constexpr std::string_view kAccessLog[] = {"off", "text", "json"};
constexpr std::string_view kTellRequestId[] = {"never", "asked", "always"};
static_assert(std::size(kLogLevels) == static_cast<size_t>(LogLevel::off) + 1);
static_assert(std::size(kLogFormats) == static_cast<size_t>(LogFormat::json) + 1);
static_assert(std::size(kBalance) == static_cast<size_t>(BalanceMode::least_loaded) + 1);
static_assert(std::size(kAccessLog) == static_cast<size_t>(AccessLogFormat::json) + 1);
static_assert(std::size(kTellRequestId) == static_cast<size_t>(TellRequestId::always) + 1);
static_assert(std::size(kReuseport) == static_cast<size_t>(Reuseport::off) + 1);

struct KindRow {
  Kind kind;
  std::span<const std::string_view> choices = {};
};

namespace kind_row {
constexpr KindRow text{Kind::text};
constexpr KindRow texts{Kind::texts};
constexpr KindRow label{Kind::label};
constexpr KindRow path{Kind::path};
constexpr KindRow target{Kind::target};
constexpr KindRow module{Kind::module};
constexpr KindRow number{Kind::number};
constexpr KindRow amount{Kind::amount};
constexpr KindRow size{Kind::size};
constexpr KindRow duration{Kind::duration};
constexpr KindRow mode{Kind::mode};
constexpr KindRow log_level{Kind::choice, kLogLevels};
constexpr KindRow log_format{Kind::choice, kLogFormats};
constexpr KindRow reuseport{Kind::choice, kReuseport};
constexpr KindRow balance{Kind::choice, kBalance};
constexpr KindRow forwarded_by{Kind::choice, kForwardedBy};
constexpr KindRow on_off{Kind::choice, kOnOff};
constexpr KindRow access_log{Kind::choice, kAccessLog};
constexpr KindRow tell_request_id{Kind::choice, kTellRequestId};
constexpr KindRow workers{Kind::workers};
constexpr KindRow listeners{Kind::listeners};
constexpr KindRow environment{Kind::environment};
constexpr KindRow regions{Kind::regions};
constexpr KindRow options{Kind::options};
}  // namespace kind_row

constexpr Bounds any{};
constexpr Bounds between(uint64_t lowest, uint64_t highest) { return {lowest, highest, true}; }
constexpr Bounds between(std::chrono::milliseconds lowest, std::chrono::milliseconds highest) {
  return between(static_cast<uint64_t>(lowest.count()), static_cast<uint64_t>(highest.count()));
}

#define SETTING_ROW(section, word, name, fallback, bounds, change, prose) \
  {section, #name, kind_row::word.kind, kind_row::word.choices, bounds, Change::change, prose},
#define SETTING_MASTER(...) SETTING_ROW("master", __VA_ARGS__)
#define SETTING_LOG(...) SETTING_ROW("log", __VA_ARGS__)
#define SETTING_SERVICE(...) SETTING_ROW("service.*", __VA_ARGS__)
#define SETTING_LISTEN(...) SETTING_ROW("service.*.listen", __VA_ARGS__)
#define SETTING_HTTP(...) SETTING_ROW("service.*.http", __VA_ARGS__)
#define SETTING_PROXY(...) SETTING_ROW("service.*.proxy", __VA_ARGS__)
#define SETTING_UPSTREAM(...) SETTING_ROW("service.*.upstreams.*", __VA_ARGS__)
constexpr Setting kSettings[] = {
#include "config/settings.def"
};
#undef SETTING_ROW

consteval const Setting* row(std::string_view section, std::string_view name) {
  for (const Setting& setting : kSettings)
    if (setting.section == section && setting.name == name) return &setting;
  throw "every field comes from a row";
}

// ---- From struct members to values and back ----

Value to_value(uint32_t number) { return static_cast<uint64_t>(number); }
Value to_value(uint64_t number) { return number; }
Value to_value(std::chrono::milliseconds time) { return static_cast<uint64_t>(time.count()); }
template <class T>
Value to_value(const T& item) {
  if constexpr (std::is_enum_v<T>)
    return static_cast<uint64_t>(item);
  else
    return Value(item);
}

void from_value(Value&& value, uint32_t& out) {
  out = static_cast<uint32_t>(std::get<uint64_t>(value));
}
void from_value(Value&& value, uint64_t& out) { out = std::get<uint64_t>(value); }
void from_value(Value&& value, std::chrono::milliseconds& out) {
  out = std::chrono::milliseconds(static_cast<int64_t>(std::get<uint64_t>(value)));
}
template <class T>
void from_value(Value&& value, T& out) {
  if constexpr (std::is_enum_v<T>)
    out = static_cast<T>(std::get<uint64_t>(value));
  else
    out = std::get<T>(std::move(value));
}

template <class Section, auto Member>
Value get(const Section& section) {
  return to_value(section.*Member);
}
template <class Section, auto Member>
void set(Section& section, Value&& value) {
  from_value(std::move(value), section.*Member);
}

template <class Section>
struct Table;

#define SETTING_FIELD(Section, section, word, name, ...) \
  {row(section, #name), &get<Section, &Section::name>, &set<Section, &Section::name>},
#define SETTING_MASTER(...) SETTING_FIELD(MasterConfig, "master", __VA_ARGS__)
template <>
struct Table<MasterConfig> {
  static constexpr Field<MasterConfig> kFields[] = {
#include "config/settings.def"
  };
};
#define SETTING_LOG(...) SETTING_FIELD(LogConfig, "log", __VA_ARGS__)
template <>
struct Table<LogConfig> {
  static constexpr Field<LogConfig> kFields[] = {
#include "config/settings.def"
  };
};
#define SETTING_SERVICE(...) SETTING_FIELD(ServiceConfig, "service.*", __VA_ARGS__)
template <>
struct Table<ServiceConfig> {
  static constexpr Field<ServiceConfig> kFields[] = {
#include "config/settings.def"
  };
};
#define SETTING_LISTEN(...) SETTING_FIELD(ListenEntry, "service.*.listen", __VA_ARGS__)
template <>
struct Table<ListenEntry> {
  static constexpr Field<ListenEntry> kFields[] = {
#include "config/settings.def"
  };
};
#define SETTING_HTTP(...) SETTING_FIELD(HttpConfig, "service.*.http", __VA_ARGS__)
template <>
struct Table<HttpConfig> {
  static constexpr Field<HttpConfig> kFields[] = {
#include "config/settings.def"
  };
};
#define SETTING_PROXY(...) SETTING_FIELD(ProxyConfig, "service.*.proxy", __VA_ARGS__)
template <>
struct Table<ProxyConfig> {
  static constexpr Field<ProxyConfig> kFields[] = {
#include "config/settings.def"
  };
};
#define SETTING_UPSTREAM(...) SETTING_FIELD(UpstreamConfig, "service.*.upstreams.*", __VA_ARGS__)
template <>
struct Table<UpstreamConfig> {
  static constexpr Field<UpstreamConfig> kFields[] = {
#include "config/settings.def"
  };
};
#undef SETTING_FIELD

template <class Section>
bool default_in(const Setting& setting, Value& out) {
  for (const Field<Section>& field : Table<Section>::kFields) {
    if (field.setting != &setting) continue;
    out = field.get(Section{});
    return true;
  }
  return false;
}

}  // namespace

template <class Section>
std::span<const Field<Section>> fields() noexcept {
  return Table<Section>::kFields;
}
template std::span<const Field<MasterConfig>> fields() noexcept;
template std::span<const Field<LogConfig>> fields() noexcept;
template std::span<const Field<ServiceConfig>> fields() noexcept;
template std::span<const Field<ListenEntry>> fields() noexcept;
template std::span<const Field<HttpConfig>> fields() noexcept;
template std::span<const Field<ProxyConfig>> fields() noexcept;
template std::span<const Field<UpstreamConfig>> fields() noexcept;

std::span<const Setting> all_settings() noexcept { return kSettings; }

std::span<const Setting> settings_in(std::string_view section) noexcept {
  const auto is_in = [section](const Setting& setting) { return setting.section == section; };
  const auto first = std::ranges::find_if(kSettings, is_in);
  const auto last = std::find_if_not(first, std::end(kSettings), is_in);
  return {first,
          last};  // settings.def keeps the rows of a section together; schema_test checks it.
}

const Setting* find_setting(std::string_view section, std::string_view name) noexcept {
  for (const Setting& setting : kSettings)
    if (setting.section == section && setting.name == name) return &setting;
  return nullptr;
}

const Setting* find_setting(std::string_view path) noexcept {
  const size_t last_dot = path.rfind('.');
  if (last_dot == path.npos) return nullptr;
  return find_setting(with_wildcards(path.substr(0, last_dot)), path.substr(last_dot + 1));
}

std::string with_wildcards(std::string_view path) {
  std::string section(path);
  for (const std::string_view holder : {"service.", "service.*.upstreams."}) {
    if (!section.starts_with(holder) || section.size() == holder.size()) break;
    const size_t end = std::min(section.find('.', holder.size()), section.size());
    section.replace(holder.size(), end - holder.size(), "*");
  }
  return section;
}

std::string path_of(const Setting& setting) {
  return std::string(setting.section) + "." + std::string(setting.name);
}

Value default_of(const Setting& setting) {
  Value value;
  const bool found =
      default_in<MasterConfig>(setting, value) || default_in<LogConfig>(setting, value) ||
      default_in<ServiceConfig>(setting, value) || default_in<ListenEntry>(setting, value) ||
      default_in<HttpConfig>(setting, value) || default_in<ProxyConfig>(setting, value) ||
      default_in<UpstreamConfig>(setting, value);
  SVC_CHECK(found);
  return value;
}

std::string_view change_name(Change change) noexcept {
  switch (change) {
    case Change::reload:
      return "reload";
    case Change::generation:
      return "generation";
    case Change::restart:
      return "restart";
  }
  return "";
}

}  // namespace svc
