#include "config/toml_reader.h"

#include <fmt/core.h>

#include <sstream>
#include <string>
#include <utility>

// Header only and without exceptions: then the fuzzer sees into it, and nothing crosses a floor.
#include <toml++/toml.h>

#include "config/toml_guard.h"
#include "core/base/check.h"
#include "core/base/utf8.h"

namespace svc {
namespace {

Node::Position position_of(const toml::source_position& position) {
  return {position.line, position.column};
}

void report_at(ConfigErrors& errors, const SourceText& source, Node::Position at,
               std::string message, std::string hint = {}) {
  errors.add({source.name, at.line, at.column}, std::move(message), std::move(hint),
             source.line(at.line), source.kind == OriginKind::file);
}

class Converter {
 public:
  Converter(const std::shared_ptr<const SourceText>& source, ConfigErrors& errors)
      : source_(source), errors_(errors) {}

  // nullopt: deeper than kNestingMax, which has been reported.
  std::optional<Node> convert(const toml::node& from, uint32_t depth = 0) {
    Node node;
    node.source = source_;
    node.at = position_of(from.source().begin);
    if (depth > kNestingMax) {
      report_at(errors_, *source_, node.at,
                fmt::format("tables and arrays deeper than {} levels", kNestingMax));
      return std::nullopt;
    }
    if (const toml::table* table = from.as_table()) {
      if (!convert_table(*table, node, depth)) return std::nullopt;
    } else if (const toml::array* array = from.as_array()) {
      if (!convert_array(*array, node, depth)) return std::nullopt;
    } else {
      convert_scalar(from, node);
    }
    return node;
  }

 private:
  bool convert_table(const toml::table& from, Node& node, uint32_t depth) {
    Node::Table table;
    for (auto&& [key, child] : from) {
      auto converted = convert(child, depth + 1);
      if (!converted) return false;
      converted->key = position_of(key.source().begin);
      table.insert_or_assign(std::string(key.str()), *std::move(converted));
    }
    node.value = std::move(table);
    return true;
  }

  bool convert_array(const toml::array& from, Node& node, uint32_t depth) {
    Node::Array array;
    for (const toml::node& child : from) {
      auto converted = convert(child, depth + 1);
      if (!converted) return false;
      array.push_back(*std::move(converted));
    }
    node.value = std::move(array);
    return true;
  }

  template <class T>
  static std::string print(const T& value) {
    std::ostringstream out;
    out << value;
    return out.str();
  }

  static void convert_scalar(const toml::node& from, Node& node) {
    if (const auto* text = from.as_string()) node.value = text->get();
    if (const auto* number = from.as_integer()) node.value = number->get();
    if (const auto* number = from.as_floating_point()) node.value = number->get();
    if (const auto* flag = from.as_boolean()) node.value = flag->get();
    if (const auto* date = from.as_date()) node.value = Node::Moment{print(date->get())};
    if (const auto* time = from.as_time()) node.value = Node::Moment{print(time->get())};
    if (const auto* both = from.as_date_time()) node.value = Node::Moment{print(both->get())};
  }

  const std::shared_ptr<const SourceText>& source_;
  ConfigErrors& errors_;
};

bool check_utf8(const SourceText& source, ConfigErrors& errors) {
  std::string_view rest = source.text;
  Node::Position at{1, 1};
  while (!rest.empty()) {
    const Utf8Step step = utf8_next(rest);
    if (!step.valid) {
      report_at(errors, source, at,
                fmt::format("the byte 0x{:02X} is not valid UTF-8",
                            static_cast<unsigned>(static_cast<unsigned char>(rest.front()))),
                "save the file as UTF-8");
      return false;
    }
    at = rest.front() == '\n' ? Node::Position{at.line + 1, 1}
                              : Node::Position{at.line, at.column + 1};
    rest.remove_prefix(step.size);
  }
  return true;
}

// The library's own words, without what it repeats of the place and of its own name.
std::string plain(std::string_view description) {
  constexpr std::string_view kError = "Error while parsing ";
  std::string text(description);
  if (text.starts_with(kError)) text.erase(0, kError.size());
  return text;
}

}  // namespace

std::optional<Node> parse_toml(const std::shared_ptr<const SourceText>& source,
                               ConfigErrors& errors) {
  if (!check_utf8(*source, errors)) return std::nullopt;
  if (const auto deep = find_too_deep(source->text)) {
    report_at(errors, *source, {deep->line, deep->column}, deep->message);
    return std::nullopt;
  }
  const toml::parse_result parsed = toml::parse(std::string_view(source->text));
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    report_at(errors, *source, position_of(error.source().begin),
              "not valid TOML: " + plain(error.description()));
    return std::nullopt;
  }
  return Converter(source, errors).convert(parsed.table());
}

std::optional<Node> parse_toml_value(const std::shared_ptr<const SourceText>& source,
                                     size_t offset) {
  SVC_CHECK(offset >= 2);
  // The value stands where it stands in the source, so that places are right.
  const std::string text = std::string(offset - 2, ' ') + "x=" + source->text.substr(offset);
  // One line, or it could go on with keys of its own.
  if (text.find('\n') != text.npos || !utf8_valid(text) || find_too_deep(text)) return std::nullopt;
  const toml::parse_result parsed = toml::parse(std::string_view(text));
  if (!parsed) return std::nullopt;
  const toml::node* value = parsed.table().get("x");
  if (value == nullptr || parsed.table().size() != 1) return std::nullopt;
  ConfigErrors ignored;
  return Converter(source, ignored).convert(*value);
}

}  // namespace svc
