#include "config/overlay.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/schema.h"
#include "config/toml_guard.h"
#include "config/toml_reader.h"
#include "core/base/suggest.h"
#include "core/base/utf8.h"

namespace svc {
namespace {

constexpr std::string_view kPrefix = "SVC_";

// Where a variable begins with one of these it is svcd's own, and no setting.
constexpr std::string_view kOwnPrefixes[] = {
    "SVC_FAULT",  // core/base/fault.h
    "SVC_TEST_",  // The test suite.
};

using Path = std::vector<std::string>;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// How a name looks in a variable: no case, no '-', no '.'.
std::string folded(std::string_view name) {
  std::string out = lower(name);
  for (char& c : out)
    if (c == '-' || c == '.') c = '_';
  return out;
}

Path split_variable(std::string_view name) {
  Path parts;
  for (;;) {
    const size_t end = name.find("__");
    parts.emplace_back(name.substr(0, end));
    if (end == name.npos) return parts;
    name.remove_prefix(end + 2);
  }
}

// "service.users.options.\"a.b\"": a quoted part may hold anything but a quote.
std::optional<Path> split_path(std::string_view path) {
  Path parts;
  while (true) {
    size_t end = 0;
    if (path.starts_with('"')) {
      const size_t close = path.find('"', 1);
      if (close == path.npos) return std::nullopt;
      parts.emplace_back(path.substr(1, close - 1));
      end = close + 1;
    } else {
      end = std::min(path.find('.'), path.size());
      parts.emplace_back(path.substr(0, end));
    }
    if (parts.back().empty()) return std::nullopt;
    if (end == path.size()) return parts;
    if (path[end] != '.') return std::nullopt;
    path.remove_prefix(end + 1);
  }
}

Node* child(Node* node, std::string_view key) {
  Node::Table* table = node == nullptr ? nullptr : node->table();
  if (table == nullptr) return nullptr;
  const auto found = table->find(key);
  return found == table->end() ? nullptr : &found->second;
}

std::string service_names(const Node::Table& services) {
  std::string names;
  for (const auto& [name, node] : services) names += (names.empty() ? "" : ", ") + name;
  return names;
}

class Overlay {
 public:
  Overlay(Node& root, const LoadRequest& request, ConfigErrors& errors)
      : root_(root), request_(request), errors_(errors) {}

  void add_variable(const std::string& name, const std::string& value) {
    start(OriginKind::environment, name, name + "=" + value, name.size() + 1);
    if (!utf8_valid(value)) return fail("the value is not valid UTF-8");
    Path path = split_variable(std::string_view(name).substr(kPrefix.size()));
    if (path.size() < 2 || std::ranges::any_of(path, &std::string::empty)) {
      offset_ = 0;
      return fail("no such setting; a variable is SVC_SECTION__NAME, with two underscores",
                  nearest_variable(name));
    }
    match_ = &folded;
    if (canonical(path)) put(path, value);
  }

  void add_override(const std::string& text) {
    const size_t equals = text.find('=');
    // As it was typed, near enough: what svcd and svcctl call the option.
    const std::string typed = "--set ";
    start(OriginKind::command_line, typed + text.substr(0, equals), typed + text,
          typed.size() + (equals == text.npos ? 0 : equals + 1));
    if (!utf8_valid(text)) return fail("not valid UTF-8");
    auto path = split_path(std::string_view(text).substr(0, equals));
    if (equals == text.npos || !path || path->size() < 2)
      return fail("an override is written like service.users.workers=8");
    match_ = [](std::string_view name) { return std::string(name); };
    if (canonical(*path)) put(*path, text.substr(equals + 1));
  }

 private:
  void start(OriginKind kind, std::string name, std::string text, size_t offset) {
    source_ = std::make_shared<const SourceText>(
        SourceText{kind, std::move(name), {}, request_.working_directory, std::move(text)});
    offset_ = offset;
  }

  Node make_node() const {
    Node node;
    node.source = source_;
    node.at = {1, static_cast<uint32_t>(offset_ + 1)};
    node.key = {1, 1};
    return node;
  }

  void fail(std::string message, std::string hint = {}) {
    report(errors_, make_node(), std::move(message), std::move(hint));
  }

  static std::string nearest_variable(const std::string& name) {
    std::vector<std::string> known;
    for (const Setting& setting : all_settings()) {
      if (setting.section.find('*') != setting.section.npos) continue;
      std::string variable = fmt::format("{}{}__{}", kPrefix, setting.section, setting.name);
      for (char& c : variable)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
      known.push_back(std::move(variable));
    }
    const std::vector<std::string_view> views(known.begin(), known.end());
    const auto near = suggest(name, views);
    return near ? fmt::format("did you mean {}?", *near) : "";
  }

  // The parts as the file writes them. What a section doesn't know is found by whoever reads it.
  bool canonical(Path& path) {
    path[0] = match_(path[0]);
    if (path[0] != "service") {
      path[1] = match_(path[1]);
      return true;
    }
    if (!canonical_service(path[1])) return false;
    if (path.size() < 3) {
      fail("a whole service can't be set; name one of its settings");
      return false;
    }
    path[2] = match_(path[2]);
    const bool free_keys =
        path[2] == "options" || path[2] == "environment" || path[2] == "shared_memory";
    const bool upstreams = path[2] == "upstreams";
    Node* at = child(child(child(&root_, "service"), path[1]), path[2]);
    for (size_t i = 3; i < path.size(); ++i) {
      path[i] = free_keys || (upstreams && i == 3)
                    ? existing_key(at, path[i], path[2] == "environment")
                    : match_(path[i]);
      at = child(at, path[i]);
    }
    return true;
  }

  bool canonical_service(std::string& name) {
    const Node* services = child(&root_, "service");
    if (services == nullptr || services->table() == nullptr) return true;  // Reported elsewhere.
    const Node::Table& table = *services->table();
    std::vector<std::string> matches;
    for (const auto& [known, node] : table)
      if (match_(known) == match_(name)) matches.push_back(known);
    if (matches.size() == 1) {
      name = matches[0];
      return true;
    }
    if (matches.empty())
      fail(fmt::format("there is no service \"{}\"", match_(name)),
           table.empty() ? "" : "the services are: " + service_names(table));
    else
      fail(fmt::format("\"{}\" may be the service {} or {}", name, matches[0], matches[1]),
           "set it in the file");
    return false;
  }

  // A key of the file's that is meant; a new one is a variable's name as it is, or an option's,
  // which nobody writes in capitals.
  std::string existing_key(Node* node, const std::string& name, bool as_it_is) const {
    if (const Node::Table* table = node == nullptr ? nullptr : node->table())
      for (const auto& [known, unused] : *table)
        if (match_(known) == match_(name)) return known;
    return as_it_is || source_->kind != OriginKind::environment ? name : lower(name);
  }

  void put(const Path& path, const std::string& text) {
    if (path.size() > kNestingMax) return fail("too many parts");
    Node* at = &root_;
    for (const std::string& part : path) {
      if (at->table() == nullptr) {  // `workers = 4` becomes a table for workers.min.
        *at = make_node();
        at->key = {1, 1};
      }
      const auto [found, added] = at->table()->try_emplace(part);
      if (added) {
        found->second = make_node();
        found->second.value = Node::Table{};
      }
      at = &found->second;
    }
    const bool was_text = at->text() != nullptr;
    *at = value_node(path, text, was_text);
  }

  Node value_node(const Path& path, const std::string& text, bool was_text) const {
    const bool option = path.size() > 3 && path[0] == "service" && path[2] == "options";
    const bool composite = text.starts_with('[') || text.starts_with('{');
    if ((option && !was_text) || (composite && takes_composite(path))) {
      if (auto node = parse_toml_value(source_, offset_)) {
        node->at = make_node().at;
        node->key = make_node().key;
        return *std::move(node);
      }
    }
    Node node = make_node();
    node.value = text;
    node.loose = true;
    return node;
  }

  static bool takes_composite(const Path& path) {
    std::string joined;
    for (const std::string& part : path) joined += (joined.empty() ? "" : ".") + part;
    const Setting* setting = find_setting(joined);
    if (setting == nullptr) return false;
    return setting->kind == Kind::workers || setting->kind == Kind::listeners ||
           setting->kind == Kind::texts || setting->kind == Kind::environment ||
           setting->kind == Kind::regions || setting->kind == Kind::options;
  }

  Node& root_;
  const LoadRequest& request_;
  ConfigErrors& errors_;
  std::shared_ptr<const SourceText> source_;
  size_t offset_ = 0;  // Of the value in the source's text.
  std::string (*match_)(std::string_view) = nullptr;
};

}  // namespace

bool is_foreign_variable(std::string_view name) {
  if (std::ranges::any_of(kOwnPrefixes, [&](auto prefix) { return name.starts_with(prefix); }))
    return true;
  if (name.find("__") != name.npos) return false;
  return name.ends_with("_SERVICE_HOST") || name.ends_with("_PORT") ||
         name.find("_SERVICE_PORT") != name.npos || name.find("_PORT_") != name.npos;
}

void apply_overlay(Node& root, const LoadRequest& request, ConfigErrors& errors) {
  Overlay overlay(root, request, errors);
  for (auto at = request.environment.lower_bound(std::string(kPrefix));
       at != request.environment.end() && at->first.starts_with(kPrefix); ++at)
    if (!is_foreign_variable(at->first)) overlay.add_variable(at->first, at->second);
  for (const std::string& text : request.overrides) overlay.add_override(text);
}

}  // namespace svc
