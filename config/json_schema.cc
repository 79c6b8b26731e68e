#include <fmt/core.h>

#include "config/emit.h"
#include "config/prose.h"
#include "config/schema.h"
#include "config/value.h"

namespace svc {
namespace {

// A text with an expansion in it may stand for any scalar.
constexpr std::string_view kExpansion = R"(\$\{)";
constexpr std::string_view kDuration = R"(^(0|([0-9]+(\.[0-9]+)?(d|h|m|s|ms|us|ns))+)$)";
constexpr std::string_view kSize = R"(^[0-9]+(\.[0-9]+)?(B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)?$)";
constexpr std::string_view kMode = "^[0-7]{1,4}$";
constexpr std::string_view kLabel = "^[A-Za-z0-9][A-Za-z0-9._-]*$";

class SchemaWriter {
 public:
  explicit SchemaWriter(std::string& out) : json_(out) {}

  void document() {
    json_.object([this] {
      json_.field("$schema", "https://json-schema.org/draft/2020-12/schema");
      json_.field("title", "svcd.toml");
      json_.field("description", "A configuration of svcd, or a part of one that others extend.");
      json_.field("type", "object");
      json_.field("additionalProperties", false);
      json_.key("properties");
      json_.object([this] { top(); });
      json_.key("$defs");
      json_.object([this] {
        for (const SectionRow& row : sections()) {
          json_.key(definition(row.section));
          json_.object([this, &row] { section(row); });
        }
      });
    });
  }

 private:
  // "service.*.http" as "service.http".
  static std::string definition(std::string_view section) {
    std::string name(section);
    for (size_t star = 0; (star = name.find(".*")) != name.npos;) name.erase(star, 2);
    return name;
  }

  void reference(std::string_view section) {
    json_.field("$ref", "#/$defs/" + definition(section));
  }

  void top() {
    json_.key("extends");
    json_.object([this] {
      json_.field("description", kExtendsProse);
      json_.key("anyOf");
      json_.array([this] {
        json_.object([this] { json_.field("type", "string"); });
        json_.object([this] {
          json_.field("type", "array");
          json_.key("items");
          json_.object([this] { json_.field("type", "string"); });
        });
      });
    });
    for (const std::string_view name : {"master", "log"}) {
      json_.key(name);
      json_.object([this, name] { reference(name); });
    }
    json_.key("service");
    json_.object([this] { named("service.*"); });
  }

  // A table of such sections.
  void named(std::string_view section) {
    json_.field("type", "object");
    json_.field("additionalProperties", false);
    json_.key("patternProperties");
    json_.object([&] {
      json_.key(fmt::format("^[A-Za-z0-9][A-Za-z0-9_-]{{0,{}}}$", kServiceNameMax - 1));
      json_.object([&] { reference(section); });
    });
  }

  void section(const SectionRow& row) {
    json_.field("description", row.prose);
    json_.field("type", "object");
    json_.field("additionalProperties", false);
    if (row.section == "service.*.listen") {
      json_.key("required");
      json_.array([this] { json_.value("address"); });
    } else if (row.section == "service.*.upstreams.*") {
      json_.key("required");
      json_.array([this] { json_.value("urls"); });
    }
    json_.key("properties");
    json_.object([this, &row] {
      for (const Setting& setting : settings_in(row.section)) {
        json_.key(setting.name);
        json_.object([this, &setting] { property(setting); });
      }
      if (row.section != "service.*") return;
      json_.key("http");
      json_.object([this] { reference("service.*.http"); });
      json_.key("proxy");
      json_.object([this] { reference("service.*.proxy"); });
      json_.key("upstreams");
      json_.object([this] { named("service.*.upstreams.*"); });
    });
  }

  void property(const Setting& setting) {
    json_.field("description", setting.prose);
    if (const Value value = default_of(setting); !default_text(setting).empty())
      fallback(setting, value);
    switch (setting.kind) {
      case Kind::text:
      case Kind::path:
      case Kind::target:
      case Kind::module:
        return text(setting);
      case Kind::texts:
        return either([&] { texts(setting); });
      case Kind::label:
        return either([&] { pattern(kLabel); });
      case Kind::number:
      case Kind::amount:
        return either([&] { integer(setting.bounds); });
      case Kind::size:
        return either([&] { pattern(kSize); }, [&] { integer(setting.bounds); });
      case Kind::duration:
        return either([&] { pattern(kDuration); }, [&] { json_.field("const", 0); });
      case Kind::mode:
        return either([&] { pattern(kMode); });
      case Kind::choice:
        return either([&] { choices(setting); });
      case Kind::workers:
        return either([&] { json_.field("const", "auto"); }, [&] { integer(setting.bounds); },
                      [&] { range(setting.bounds); });
      case Kind::listeners:
        return listeners(setting);
      case Kind::environment:
      case Kind::regions:
        json_.field("type", "object");
        json_.key("additionalProperties");
        return json_.object([this] { json_.field("type", "string"); });
      case Kind::options:
        return json_.field("type", "object");
    }
  }

  void fallback(const Setting& setting, const Value& value) {
    const auto* number = std::get_if<uint64_t>(&value);
    const bool plain = setting.kind == Kind::number || setting.kind == Kind::amount;
    if (number != nullptr && plain) return json_.field("default", *number);
    std::string word = toml_value(setting, value);
    std::erase(word, '"');
    json_.field("default", word);
  }

  void text(const Setting& setting) {
    json_.field("type", "string");
    json_.field("maxLength", setting.bounds.highest);
  }
  void texts(const Setting& setting) {
    json_.field("type", "array");
    json_.field("minItems", setting.bounds.lowest);
    json_.field("maxItems", setting.bounds.highest);
    json_.key("items");
    json_.object([&] { json_.field("type", "string"); });
  }
  void pattern(std::string_view regex) {
    json_.field("type", "string");
    json_.field("pattern", regex);
  }
  void integer(const Bounds& bounds) {
    json_.field("type", "integer");
    json_.field("minimum", bounds.lowest);
    if (bounds.given) json_.field("maximum", bounds.highest);
  }
  void choices(const Setting& setting) {
    json_.key("enum");
    json_.array([&] {
      for (const std::string_view choice : setting.choices) json_.value(choice);
    });
  }
  void range(const Bounds& bounds) {
    json_.field("type", "object");
    json_.field("additionalProperties", false);
    json_.key("properties");
    json_.object([&] {
      for (const std::string_view name : {"min", "max"}) {
        json_.key(name);
        json_.object([&] { integer(bounds); });
      }
    });
  }
  void listeners(const Setting& setting) {
    either([&] {
      json_.field("type", "array");
      json_.field("minItems", setting.bounds.lowest);
      json_.field("maxItems", setting.bounds.highest);
      json_.key("items");
      json_.object([&] {
        json_.key("anyOf");
        json_.array([&] {
          json_.object([&] { json_.field("type", "string"); });
          json_.object([&] { reference("service.*.listen"); });
        });
      });
    });
  }

  // One of these, or a text that becomes one.
  template <class... Each>
  void either(Each... each) {
    json_.key("anyOf");
    json_.array([&] {
      (json_.object(each), ...);
      json_.object([&] { pattern(kExpansion); });
    });
  }

  JsonWriter json_;
};

// One key or element a line: the committed copy is read and compared by people. Strings are passed
// through; outside of them JSON has no other use for these characters.
std::string indented(std::string_view json) {
  std::string out;
  size_t depth = 0;
  bool in_string = false;
  const auto new_line = [&] { out += "\n" + std::string(2 * depth, ' '); };
  for (size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (in_string || c == '"') {
      out += c;
      if (in_string && c == '\\')
        out += json[++at];
      else if (c == '"')
        in_string = !in_string;
      continue;
    }
    const bool opens = c == '{' || c == '[';
    if (opens) ++depth;
    if (c == '}' || c == ']') {
      --depth;
      new_line();
    }
    out += c;
    if (c == ':') out += ' ';
    if (opens || c == ',') new_line();
  }
  return out + "\n";
}

}  // namespace

std::string config_json_schema() {
  std::string out;
  SchemaWriter(out).document();
  return indented(out);
}

}  // namespace svc
