#include "config/tree.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/utf8.h"

namespace svc {
namespace {

constexpr size_t kDescribedMax = 60;  // Bytes of a text that a message repeats.

bool is_bare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

Place place_at(const Node& node, Node::Position position) {
  if (node.source->kind != OriginKind::file) return {node.source->name, 0, 0};
  return {node.source->name, position.line, position.column};
}

// Variables and arguments have no line in their place, but a caret in what they said.
void add(ConfigErrors& errors, const Node& node, Node::Position position, std::string&& message,
         std::string&& hint) {
  if (errors.full()) return errors.omit();  // Finding the line of each of 100,000 takes minutes.
  Place place{node.source->name, position.line, position.column};
  errors.add(std::move(place), std::move(message), std::move(hint),
             node.source->line(position.line), node.source->kind == OriginKind::file);
}

}  // namespace

std::string_view SourceText::line(uint32_t number) const {
  if (number == 0) return {};
  std::string_view rest = text;
  for (uint32_t at = 1; at < number; ++at) {
    const size_t end = rest.find('\n');
    if (end == rest.npos) return {};
    rest.remove_prefix(end + 1);
  }
  rest = rest.substr(0, rest.find('\n'));
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  return rest;
}

Place Node::place() const { return place_at(*this, at); }

Place Node::key_place() const { return place_at(*this, key.line != 0 ? key : at); }

SettingOrigin Node::origin() const {
  SettingOrigin origin;
  origin.kind = source->kind;
  if (source->kind == OriginKind::file)
    origin.place = place();
  else
    origin.source = source->name;
  origin.unshown = unshown;
  return origin;
}

void report(ConfigErrors& errors, const Node& node, std::string message, std::string hint) {
  add(errors, node, node.at, std::move(message), std::move(hint));
}

void report_key(ConfigErrors& errors, const Node& node, std::string message, std::string hint) {
  add(errors, node, node.key.line != 0 ? node.key : node.at, std::move(message), std::move(hint));
}

void merge(Node& into, Node&& top) {
  Node::Table* below = into.table();
  Node::Table* above = top.table();
  if (below == nullptr || above == nullptr) {
    into = std::move(top);
    return;
  }
  for (auto& [key, node] : *above) {
    const auto [found, added] = below->try_emplace(key);
    if (added)
      found->second = std::move(node);
    else
      merge(found->second, std::move(node));
  }
  into.source = top.source;  // Errors about the table as a whole point at the file that had the
  into.at = top.at;          // last word.
  into.key = top.key;
}

std::string describe(const Node& node) {
  struct Words {
    std::string operator()(const Node::Table&) const { return "a table"; }
    std::string operator()(const Node::Array& array) const {
      return array.empty() ? "an empty array" : fmt::format("an array of {}", array.size());
    }
    std::string operator()(const std::string& text) const {
      const std::string_view shown = utf8_prefix(text, kDescribedMax);
      return "the text " +
             toml_string(shown.size() == text.size() ? text : std::string(shown) + "...");
    }
    std::string operator()(int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return toml_double(number); }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(const Node::Moment& moment) const { return "the date " + moment.text; }
  };
  if (!node.unshown.empty()) return "the text out of " + toml_string(node.unshown);
  return std::visit(Words(), node.value);
}

std::string toml_key(std::string_view key) {
  if (!key.empty() && std::ranges::all_of(key, is_bare)) return std::string(key);
  return toml_string(key);
}

std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
          out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
        else
          out += c;
    }
  }
  return out + '"';
}

std::string toml_double(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  std::string text = fmt::format("{}", number);
  if (text.find_first_of(".e") == text.npos) text += ".0";
  return text;
}

}  // namespace svc
