#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "config/emit.h"
#include "config/options.h"
#include "config/schema.h"
#include "config/tree.h"
#include "config/value.h"
#include "core/base/units.h"

namespace svc {
namespace {

constexpr size_t kCommentColumn = 44;

// A text that expands to `text`: what looks like an expansion was none any more.
std::string guarded(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    out += text[at];
    if (text[at] == '$' && at + 1 < text.size() && (text[at + 1] == '{' || text[at + 1] == '$'))
      out += '$';
  }
  return out;
}

const SettingOrigin* find_origin(const Config& config, const std::string& path) {
  const auto found = config.origins.find(path);
  return found == config.origins.end() ? nullptr : &found->second;
}

// The text that may be shown in the place of `value`, which is that of `path`.
std::string shown_text(const Config& config, const std::string& path, const std::string& value) {
  const SettingOrigin* origin = find_origin(config, path);
  if (origin != nullptr && !origin->unshown.empty()) return origin->unshown;
  return guarded(value);
}

// The value as it may be shown: secrets as they were written, dollars doubled where need be.
Value shown(const Config& config, const std::string& path, Value value) {
  if (auto* text = std::get_if<std::string>(&value)) {
    *text = shown_text(config, path, *text);
  } else if (auto* texts = std::get_if<std::vector<std::string>>(&value)) {
    for (size_t i = 0; i < texts->size(); ++i)
      (*texts)[i] = shown_text(config, fmt::format("{}[{}]", path, i), (*texts)[i]);
  } else if (auto* entries = std::get_if<std::vector<ListenEntry>>(&value)) {
    for (size_t i = 0; i < entries->size(); ++i)
      (*entries)[i].address =
          shown_text(config, fmt::format("{}[{}]", path, i), (*entries)[i].address);
  } else if (auto* variables = std::get_if<std::map<std::string, std::string>>(&value)) {
    for (auto& [name, content] : *variables)
      content = shown_text(config, path + "." + toml_key(name), content);
  } else if (auto* options = std::get_if<std::vector<Option>>(&value)) {
    for (Option& option : *options)
      if (auto* content = std::get_if<std::string>(&option.value))
        *content = shown_text(config, path + "." + option.key, *content);
  }
  return value;
}

// Of the path itself, or of the first thing in it.
std::string origin_of(const Config& config, const std::string& path) {
  const auto found = config.origins.lower_bound(path);
  if (found == config.origins.end() || !found->first.starts_with(path)) return "default";
  const std::string_view rest = std::string_view(found->first).substr(path.size());
  if (!rest.empty() && rest.front() != '.' && rest.front() != '[') return "default";
  return origin_text(found->second);
}

class Printer {
 public:
  Printer(const Config& config, bool origin) : config_(config), origin_(origin) {}

  std::string run() {
    out_ = "# " + config_.file + "\n";
    for_each_section(config_, [this](const std::string& path, const auto& section) {
      print_section(path, section);
    });
    return std::move(out_);
  }

 private:
  void line(std::string_view key, std::string_view value, const std::string& path) {
    std::string text = fmt::format("{} = {}", key, value);
    if (origin_) text = fmt::format("{:<{}}  # {}", text, kCommentColumn, origin_of(config_, path));
    out_ += text + "\n";
  }

  // Sections of their own, behind the plain values of the section they belong to.
  static bool is_table(const Setting& setting) {
    return setting.kind == Kind::environment || setting.kind == Kind::regions ||
           setting.kind == Kind::options;
  }

  template <class Section>
  void print_section(const std::string& path, const Section& section) {
    out_ += fmt::format("\n[{}]\n", path);
    for (const Field<Section>& field : fields<Section>())
      if (!is_table(*field.setting)) print_value(path, *field.setting, field.get(section));
    for (const Field<Section>& field : fields<Section>())
      if (is_table(*field.setting)) print_table(path, *field.setting, field.get(section));
  }

  void print_value(const std::string& section, const Setting& setting, Value value) {
    // Empty is how an optional one says that it isn't there.
    if (value == default_of(setting) && !fits_as_written(setting, value)) return;
    const std::string path = section + "." + std::string(setting.name);
    line(setting.name, toml_value(setting, shown(config_, path, std::move(value))), path);
  }

  static bool fits_as_written(const Setting& setting, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    return fits(setting, value) && (text == nullptr || !text->empty());
  }

  void print_table(const std::string& section, const Setting& setting, Value value) {
    const std::string path = section + "." + std::string(setting.name);
    const Value printable = shown(config_, path, std::move(value));
    std::vector<std::pair<std::string, std::string>> lines;
    if (const auto* variables = std::get_if<std::map<std::string, std::string>>(&printable))
      for (const auto& [name, text] : *variables)
        lines.emplace_back(toml_key(name), toml_string(text));
    else
      lines = options_lines(std::get<std::vector<Option>>(printable));
    if (lines.empty()) return;
    out_ += fmt::format("\n[{}]\n", path);
    for (const auto& [key, text] : lines) line(key, text, path + "." + key);
  }

  const Config& config_;
  const bool origin_;
  std::string out_;
};

struct JsonValue {
  JsonWriter& json;
  const Setting& setting;

  void operator()(uint64_t number) const {
    const bool plain =
        setting.kind == Kind::number || setting.kind == Kind::amount || setting.kind == Kind::size;
    if (plain) return json.value(number);
    json.value(bound_text(setting, number));  // The same words, without quotes.
  }
  void operator()(const std::string& text) const { json.value(text); }
  void operator()(const std::vector<std::string>& texts) const {
    json.array([&] {
      for (const std::string& text : texts) json.value(text);
    });
  }
  void operator()(const Workers& workers) const {
    if (workers.automatic) return json.value("auto");
    if (workers.min == workers.max) return json.value(workers.min);
    json.object([&] {
      json.field("min", workers.min);
      json.field("max", workers.max);
    });
  }
  void operator()(const std::vector<ListenEntry>& entries) const {
    json.array([&] {
      for (const ListenEntry& entry : entries) {
        json.object([&] {
          for (const auto& field : fields<ListenEntry>()) {
            json.key(field.setting->name);
            std::visit(JsonValue{json, *field.setting}, field.get(entry));
          }
        });
      }
    });
  }
  void operator()(const std::map<std::string, std::string>& variables) const {
    json.object([&] {
      for (const auto& [name, text] : variables) json.field(name, text);
    });
  }
  void operator()(const std::vector<Option>& options) const {
    json.object([&] {
      for (const Option& option : options) {
        if (std::holds_alternative<OptionArray>(option.value)) continue;  // Its elements follow.
        json.key(option.key);
        std::visit(
            [this](const auto& value) {
              if constexpr (requires { json.value(value); }) json.value(value);
            },
            option.value);
      }
    });
  }
};

}  // namespace

std::string origin_text(const SettingOrigin& origin) {
  switch (origin.kind) {
    case OriginKind::fallback:
      return "default";
    case OriginKind::file:
      return fmt::format("{}:{}:{}", origin.place.file, origin.place.line, origin.place.column);
    case OriginKind::environment:
      return "environment " + origin.source;
    case OriginKind::command_line:
      return "command line " + origin.source;
    case OriginKind::derived:
      return "from " + origin.source;
  }
  return "";
}

std::string show_config(const Config& config, bool origin) { return Printer(config, origin).run(); }

void show_config_json(const Config& config, JsonWriter& json) {
  json.object([&] {
    json.field("file", config.file);
    json.key("files");
    json.array([&] {
      for (const std::string& file : config.files) json.value(file);
    });
    json.key("settings");
    json.object([&] {
      const auto print = [&]<class Section>(const std::string& path, const Section& section) {
        for (const Field<Section>& field : fields<Section>()) {
          const std::string name = path + "." + std::string(field.setting->name);
          json.key(name);
          json.object([&] {
            json.key("value");
            std::visit(JsonValue{json, *field.setting}, shown(config, name, field.get(section)));
            json.field("origin", origin_of(config, name));
          });
        }
      };
      for_each_section(config, print);
    });
  });
}

}  // namespace svc
