#include "config/wire.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "config/schema.h"
#include "config/tree.h"
#include "config/value.h"

namespace svc {
namespace {

constexpr std::string_view kMagic = "svcd-config 1";
constexpr size_t kOptionFields = 6;
constexpr std::string_view kEscaped = "\\\t\n\r";  // And NUL.
constexpr std::string_view kLetters = "\\tnr";

using Fields = std::vector<std::string>;

// ---- Out ----

void append_field(std::string& out, std::string_view text) {
  for (const char c : text) {
    const size_t at = kEscaped.find(c);
    if (at != kEscaped.npos)
      (out += '\\') += kLetters[at];
    else if (c == '\0')
      out += "\\0";
    else
      out += c;
  }
}

void append_record(std::string& out, const Fields& fields) {
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out += '\t';
    append_field(out, fields[i]);
  }
  out += '\n';
}

struct ValueWriter {
  Fields& out;

  void operator()(uint64_t number) const { out.push_back(std::to_string(number)); }
  void operator()(const std::string& text) const { out.push_back(text); }
  void operator()(const std::vector<std::string>& texts) const {
    out.insert(out.end(), texts.begin(), texts.end());
  }
  void operator()(const Workers& workers) const {
    if (workers.automatic) return out.push_back("auto");
    out.push_back(std::to_string(workers.min));
    out.push_back(std::to_string(workers.max));
  }
  void operator()(const std::vector<ListenEntry>& entries) const {
    for (const ListenEntry& entry : entries)
      for (const auto& field : fields<ListenEntry>()) std::visit(*this, field.get(entry));
  }
  void operator()(const std::map<std::string, std::string>& variables) const {
    for (const auto& [name, text] : variables) out.insert(out.end(), {name, text});
  }
  void operator()(const std::vector<Option>& options) const {
    for (const Option& option : options) {
      out.push_back(option.key);
      std::visit([this](const auto& value) { option_value(value); }, option.value);
      out.insert(out.end(), {option.place.file, std::to_string(option.place.line),
                             std::to_string(option.place.column)});
    }
  }
  void option_value(bool flag) const { out.insert(out.end(), {"flag", flag ? "1" : "0"}); }
  void option_value(int64_t number) const {
    out.insert(out.end(), {"integer", std::to_string(number)});
  }
  void option_value(double number) const {
    uint64_t bits = 0;  // Exact, NaN and all.
    std::memcpy(&bits, &number, sizeof(bits));
    out.insert(out.end(), {"real", std::to_string(bits)});
  }
  void option_value(const std::string& text) const { out.insert(out.end(), {"text", text}); }
  void option_value(OptionArray array) const {
    out.insert(out.end(), {"array", std::to_string(array.size)});
  }
};

// ---- In ----

template <class Number>
bool read_number(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

std::optional<Fields> split_record(std::string_view line) {
  Fields fields(1);
  for (size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '\t') {
      fields.emplace_back();
    } else if (line[at] != '\\') {
      fields.back() += line[at];
    } else {
      if (++at == line.size()) return std::nullopt;
      const size_t letter = kLetters.find(line[at]);
      if (letter == kLetters.npos && line[at] != '0') return std::nullopt;
      fields.back() += letter == kLetters.npos ? '\0' : kEscaped[letter];
    }
  }
  return fields;
}

using Input = std::span<const std::string>;

std::optional<Value> read_value(const Setting& setting, Input in);

std::optional<Value> read_listeners(Input in) {
  const auto columns = fields<ListenEntry>();
  if (in.size() % columns.size() != 0) return std::nullopt;
  std::vector<ListenEntry> entries;
  for (; !in.empty(); in = in.subspan(columns.size())) {
    ListenEntry entry;
    for (size_t i = 0; i < columns.size(); ++i) {
      auto value = read_value(*columns[i].setting, in.subspan(i, 1));
      if (!value) return std::nullopt;
      columns[i].set(entry, *std::move(value));
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::optional<Option::Value> read_option_value(const std::string& type, const std::string& text) {
  int64_t integer = 0;
  uint64_t number = 0;
  if (type == "text") return text;
  if (type == "flag" && (text == "0" || text == "1")) return text == "1";
  if (type == "integer" && read_number(text, integer)) return integer;
  if (type == "array" && read_number(text, number)) return OptionArray{number};
  if (type == "real" && read_number(text, number)) {
    double real = 0;
    std::memcpy(&real, &number, sizeof(real));
    return real;
  }
  return std::nullopt;
}

std::optional<Value> read_options(Input in) {
  if (in.size() % kOptionFields != 0) return std::nullopt;
  std::vector<Option> options;
  for (; !in.empty(); in = in.subspan(kOptionFields)) {
    auto value = read_option_value(in[1], in[2]);
    Option option{in[0], {}, {in[3], 0, 0}};
    if (!value || !read_number(in[4], option.place.line) ||
        !read_number(in[5], option.place.column))
      return std::nullopt;
    option.value = *std::move(value);
    options.push_back(std::move(option));
  }
  return options;
}

std::optional<Value> read_workers(Input in) {
  if (in.size() == 1 && in[0] == "auto") return Workers{};
  Workers workers{false, 0, 0};
  if (in.size() != 2 || !read_number(in[0], workers.min) || !read_number(in[1], workers.max))
    return std::nullopt;
  return workers;
}

std::optional<Value> read_plain(const Setting& setting, Input in) {
  if (in.size() != 1) return std::nullopt;
  if (std::holds_alternative<std::string>(default_of(setting))) return in[0];
  uint64_t number = 0;
  if (!read_number(in[0], number)) return std::nullopt;
  return number;
}

// A value that fits the setting, or nullopt.
std::optional<Value> read_value(const Setting& setting, Input in) {
  std::optional<Value> value;
  switch (setting.kind) {
    case Kind::texts:
      value = std::vector<std::string>(in.begin(), in.end());
      break;
    case Kind::workers:
      value = read_workers(in);
      break;
    case Kind::listeners:
      value = read_listeners(in);
      break;
    case Kind::options:
      value = read_options(in);
      break;
    case Kind::environment:
    case Kind::regions: {
      if (in.size() % 2 != 0) return std::nullopt;
      std::map<std::string, std::string> variables;
      for (; !in.empty(); in = in.subspan(2)) variables[in[0]] = in[1];
      value = std::move(variables);
      break;
    }
    default:
      value = read_plain(setting, in);
  }
  if (value && !fits(setting, *value)) return std::nullopt;
  return value;
}

class Reader {
 public:
  Result<Config> run(std::string_view text) {
    if (text.size() > kSerializedMax)
      return Error::of(std::errc::message_size, "configuration text: larger than its bound");
    for (;;) {
      const size_t end = text.find('\n');
      if (end == text.npos) return bad("cut short");
      ++line_;
      const std::string_view line = text.substr(0, end);
      text.remove_prefix(end + 1);
      if (line_ == 1) {
        if (line != kMagic) return bad("not a configuration, or of another version");
        continue;
      }
      if (line == "end") break;
      const auto fields = split_record(line);
      if (!fields || !record(*fields)) return bad("no record that fits here");
    }
    if (!text.empty()) return bad("something behind the end");
    return std::move(config_);
  }

 private:
  Error bad(std::string_view why) const {
    return Error::invalid(fmt::format("configuration text, line {}: {}", line_, why));
  }

  bool record(const Fields& fields) {
    if (fields.size() == 2 && fields[0] == "file") {
      config_.file = fields[1];
      return true;
    }
    if (fields.size() == 2 && fields[0] == "files") {
      config_.files.push_back(fields[1]);
      return true;
    }
    if (fields.size() == 3 && fields[0] == "service") return service(fields[1], fields[2]);
    if (fields.size() >= 2 && fields[0] == "set") return set(fields[1], Input(fields).subspan(2));
    if (fields.size() == 8 && fields[0] == "origin") return origin(fields);
    return false;
  }

  bool service(const std::string& name, const std::string& module_path) {
    if (!is_service_name(name) || config_.services.size() >= kServicesMax) return false;
    const auto [added, fresh] = config_.services.try_emplace(name);
    added->second.name = name;
    added->second.module_path = module_path;
    return fresh;
  }

  template <class Section>
  static bool set_in(Section& section, std::string_view name, Input in) {
    for (const Field<Section>& field : fields<Section>()) {
      if (field.setting->name != name) continue;
      auto value = read_value(*field.setting, in);
      if (value) field.set(section, *std::move(value));
      return value.has_value();
    }
    return false;
  }

  bool set(std::string_view path, Input in) {
    const auto take = [&path](std::string_view prefix) {
      if (!path.starts_with(prefix)) return false;
      path.remove_prefix(prefix.size());
      return true;
    };
    if (take("master.")) return set_in(config_.master, path, in);
    if (take("log.")) return set_in(config_.log, path, in);
    if (!take("service.")) return false;
    const size_t dot = path.find('.');
    const auto found = config_.services.find(std::string(path.substr(0, dot)));
    if (dot == path.npos || found == config_.services.end()) return false;
    path.remove_prefix(dot + 1);
    if (take("http.")) return set_in(found->second.http, path, in);
    if (take("proxy.")) return set_in(found->second.proxy, path, in);
    if (take("upstreams.")) return set_upstream(found->second, path, in);
    return set_in(found->second, path, in);
  }

  static bool set_upstream(ServiceConfig& service, std::string_view path, Input in) {
    const size_t dot = path.find('.');
    const std::string name(path.substr(0, dot));
    if (dot == path.npos || !is_service_name(name)) return false;
    if (service.upstreams.size() >= kUpstreamsMax && !service.upstreams.contains(name))
      return false;
    return set_in(service.upstreams[name], path.substr(dot + 1), in);
  }

  bool origin(const Fields& fields) {
    SettingOrigin origin;
    uint8_t kind = 0;
    if (!read_number(fields[2], kind) || kind > static_cast<uint8_t>(OriginKind::derived))
      return false;
    origin.kind = static_cast<OriginKind>(kind);
    origin.place.file = fields[3];
    if (!read_number(fields[4], origin.place.line) || !read_number(fields[5], origin.place.column))
      return false;
    origin.source = fields[6];
    origin.unshown = fields[7];
    return config_.origins.emplace(fields[1], std::move(origin)).second;
  }

  Config config_;
  size_t line_ = 0;
};

}  // namespace

std::string serialize(const Config& config) {
  std::string out(kMagic);
  out += '\n';
  append_record(out, {"file", config.file});
  for (const std::string& file : config.files) append_record(out, {"files", file});
  for (const auto& [name, service] : config.services)
    append_record(out, {"service", name, service.module_path});
  for_each_section(config, [&out]<class Section>(const std::string& path, const Section& section) {
    for (const Field<Section>& field : fields<Section>()) {
      const Value value = field.get(section);
      if (value == field.get(Section{})) continue;  // The other side has the same defaults.
      Fields record = {"set", path + "." + std::string(field.setting->name)};
      std::visit(ValueWriter{record}, value);
      append_record(out, record);
    }
  });
  for (const auto& [path, origin] : config.origins)
    append_record(out, {"origin", path, std::to_string(static_cast<int>(origin.kind)),
                        origin.place.file, std::to_string(origin.place.line),
                        std::to_string(origin.place.column), origin.source, origin.unshown});
  out += "end\n";
  return out;
}

Result<Config> deserialize(std::string_view text) { return Reader().run(text); }

}  // namespace svc
