#include "config/options.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "core/base/check.h"

namespace svc {
namespace {

void flatten(const Node& node, const std::string& key, std::vector<Option>& out);

void flatten_table(const Node::Table& table, const std::string& prefix, std::vector<Option>& out) {
  for (const auto& [name, node] : table)
    flatten(node, prefix.empty() ? toml_key(name) : prefix + "." + toml_key(name), out);
}

void flatten(const Node& node, const std::string& key, std::vector<Option>& out) {
  if (const Node::Table* table = node.table()) return flatten_table(*table, key, out);
  if (const Node::Array* array = node.array()) {
    out.push_back({key, OptionArray{array->size()}, node.place()});
    for (size_t i = 0; i < array->size(); ++i)
      flatten((*array)[i], fmt::format("{}[{}]", key, i), out);
    return;
  }
  struct ToOption {
    Option::Value operator()(bool flag) const { return flag; }
    Option::Value operator()(int64_t number) const { return number; }
    Option::Value operator()(double number) const { return number; }
    Option::Value operator()(const std::string& text) const { return text; }
    Option::Value operator()(const Node::Moment& moment) const { return moment.text; }
    Option::Value operator()(const Node::Table&) const { return false; }  // Handled above.
    Option::Value operator()(const Node::Array&) const { return false; }
  };
  out.push_back({key, std::visit(ToOption(), node.value), node.place()});
}

// One value of the tree that the flat list stands for. At most one of the three is in use.
struct Item {
  std::optional<Option::Value> scalar;
  std::map<std::string, Item> table;
  std::map<uint64_t, Item> elements;
  std::optional<uint64_t> array_size;
};

// Takes `name`, `"name"`, `.name` or `[7]` off the front of a key.
struct Step {
  std::string name;
  std::optional<uint64_t> index;
};

std::optional<Step> take_step(std::string_view& key) {
  if (key.starts_with('[')) {
    uint64_t index = 0;
    const auto [end, error] = std::from_chars(key.data() + 1, key.data() + key.size(), index);
    const size_t used = static_cast<size_t>(end - key.data());
    if (error != std::errc() || used >= key.size() || key[used] != ']') return std::nullopt;
    key.remove_prefix(used + 1);
    return Step{{}, index};
  }
  if (key.starts_with('.')) key.remove_prefix(1);
  if (key.empty()) return std::nullopt;
  // A quoted name stays quoted: it is only ever printed again.
  size_t length = 0;
  if (key.front() == '"') {
    for (length = 1; length < key.size() && key[length] != '"'; ++length)
      if (key[length] == '\\') ++length;
    if (length >= key.size()) return std::nullopt;
    ++length;
  } else {
    length = std::min(key.find_first_of(".["), key.size());
  }
  if (length == 0) return std::nullopt;
  Step step{std::string(key.substr(0, length)), std::nullopt};
  key.remove_prefix(length);
  return step;
}

Item build(const std::vector<Option>& options) {
  Item root;
  for (const Option& option : options) {
    Item* item = &root;
    std::string_view rest = option.key;
    while (!rest.empty()) {
      const auto step = take_step(rest);
      if (!step) break;
      item = step->index ? &item->elements[*step->index] : &item->table[step->name];
    }
    if (const auto* array = std::get_if<OptionArray>(&option.value))
      item->array_size = array->size;
    else
      item->scalar = option.value;
  }
  return root;
}

std::string render(const Item& item) {
  if (item.scalar) return option_value_toml(*item.scalar);
  std::string text;
  if (item.array_size) {
    for (uint64_t i = 0; i < *item.array_size; ++i) {
      const auto element = item.elements.find(i);
      text +=
          (i == 0 ? "" : ", ") + (element == item.elements.end() ? "{}" : render(element->second));
    }
    return "[" + text + "]";
  }
  for (const auto& [name, child] : item.table)
    text += fmt::format("{}{} = {}", text.empty() ? " " : ", ", name, render(child));
  return text.empty() ? "{}" : "{" + text + " }";
}

}  // namespace

std::vector<Option> flatten_options(const Node& table) {
  SVC_CHECK(table.table() != nullptr);
  std::vector<Option> out;
  flatten_table(*table.table(), "", out);
  return out;
}

std::string options_toml(const std::vector<Option>& options) { return render(build(options)); }

std::vector<std::pair<std::string, std::string>> options_lines(const std::vector<Option>& options) {
  std::vector<std::pair<std::string, std::string>> lines;
  for (const auto& [name, item] : build(options).table) lines.emplace_back(name, render(item));
  return lines;
}

std::string option_value_toml(const Option::Value& value) {
  struct Writer {
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return toml_double(number); }
    std::string operator()(const std::string& text) const { return toml_string(text); }
    std::string operator()(OptionArray) const { return "[]"; }
  };
  return std::visit(Writer(), value);
}

}  // namespace svc
