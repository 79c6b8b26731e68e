#include "core/sdk/options.h"

#include <algorithm>
#include <set>

#include "core/base/json_writer.h"
#include "core/base/suggest.h"
#include "core/sdk/json/read_json.h"
#include "core/sdk/option_tree.h"
#include "core/sdk/types/schema.h"

namespace svc {
namespace {

std::string located(std::string_view origin, std::string_view name) {
  std::string text(origin);
  if (!text.empty()) text += ": ";
  return text.append(name);
}

std::string did_you_mean(std::string_view name, std::span<const std::string_view> known) {
  const auto near = suggest(name, known);
  return near ? " (did you mean '" + std::string(*near) + "'?)" : std::string();
}

// A sentence for each member that the struct lacks, here and in the structs inside.
void refuse_unknown(const OptionNode& node, const TypeInfo& wanted, const std::string& path,
                    std::vector<std::string>& sentences) {
  const TypeInfo& type = not_null(wanted);
  for (size_t i = 0; i < node.items.size() && type.element != nullptr; ++i) {
    const std::string at = path + '[' + std::to_string(i) + ']';
    refuse_unknown(node.items[i], *type.element, at, sentences);
  }
  if (type.kind == TypeKind::map) {
    for (const auto& [name, member] : node.members) {
      refuse_unknown(member, *type.element, path + '.' + name, sentences);
    }
  }
  if (type.kind != TypeKind::object) return;
  std::vector<std::string_view> known;
  for (const FieldInfo& field : type.object->fields) known.push_back(field.name);
  for (const auto& [name, member] : node.members) {
    const auto field = std::find(known.begin(), known.end(), name);
    const std::string at = path + '.' + name;
    if (field != known.end()) {
      const auto index = static_cast<size_t>(field - known.begin());
      refuse_unknown(member, *type.object->fields[index].type, at, sentences);
      continue;
    }
    sentences.push_back(located(member.origin(), at) + ": there is no such option" +
                        did_you_mean(name, known));
  }
}

}  // namespace

struct Options::State {
  std::string section;
  std::vector<OptionRow> rows;
  OptionNode root;
  std::set<std::string, std::less<>> asked;  // Top-level names that something has read.
  bool booted = false;  // Handlers read from several threads: nothing is noted any more.

  std::string at(std::string_view key, std::string_view origin) const {
    return located(origin, key.empty() ? section : section + '.' + std::string(key));
  }

  // Throws OptionError with what is wrong, all of it, a line each; `sentences` come first.
  static void fill(const OptionNode& node, const TypeInfo& type, void* out, const std::string& name,
                   std::vector<std::string> sentences) {
    std::string text;
    JsonWriter json(text);
    write_option(json, node, type);
    Issues issues;
    const auto read = read_json(text, type, out, InputPlace::of(name), issues);
    if (!read) throw OptionError(located(node.origin(), name) + ": " + read.error().text);
    for (const Issue& issue : issues.list()) {
      const auto way = std::span(issue.loc).subspan(1);
      const OptionNode& near = nearest_option(node, way);
      // What isn't there was written nowhere: its table's place is told, but not the file's first.
      const bool nowhere = &near == &node && !way.empty();
      sentences.push_back(
          located(nowhere ? std::string_view() : near.origin(), describe_issues({&issue, 1})));
    }
    if (sentences.empty()) return;
    std::string all;
    for (const std::string& sentence : sentences) all += all.empty() ? sentence : '\n' + sentence;
    throw OptionError(all);
  }
};

OptionError::~OptionError() = default;

Options::Options(std::string section, std::vector<OptionRow> rows)
    : state_(new State{std::move(section), std::move(rows), {}, {}, false}) {
  state_->root = make_option_tree(state_->rows);
}
Options::~Options() = default;
Options::Options(Options&&) noexcept = default;
Options& Options::operator=(Options&&) noexcept = default;

bool Options::has(std::string_view key) const {
  const OptionPath path = split_option_key(key);
  if (!path.empty() && !state_->booted) state_->asked.insert(std::get<std::string>(path.front()));
  return find_option(state_->root, path) != nullptr;
}

bool Options::read(std::string_view key, const TypeInfo& type, void* out) const {
  if (!has(key)) return false;
  const OptionNode& node = *find_option(state_->root, split_option_key(key));
  const std::string name = state_->at(key, {});
  state_->fill(node, type, out, name, {});
  return true;
}

void Options::read_all(const TypeInfo& type, void* out) const {
  if (!state_->booted) {
    for (const auto& [name, node] : state_->root.members) state_->asked.insert(name);
  }
  std::vector<std::string> sentences;
  refuse_unknown(state_->root, type, state_->section, sentences);
  state_->fill(state_->root, type, out, state_->section, std::move(sentences));
}

std::string Options::path(std::string_view key, std::string_view path) const {
  const OptionNode* const node = find_option(state_->root, split_option_key(key));
  if (path.starts_with('/') || node == nullptr) return std::string(path);
  // FILE:LINE:COLUMN; what the environment or the command line says starts where the program does.
  std::string_view file = node->origin();
  for (int number = 0; number < 2; ++number) {
    const size_t colon = file.rfind(':');
    if (colon == file.npos) return std::string(path);
    file = file.substr(0, colon);
  }
  const size_t slash = file.rfind('/');
  if (slash == file.npos) return std::string(path);
  return std::string(file.substr(0, slash + 1)).append(path);
}

OptionError Options::wrong(std::string_view key, std::string_view what) const {
  const OptionNode* const node = find_option(state_->root, split_option_key(key));
  return OptionError(state_->at(key, node != nullptr ? node->origin() : std::string_view()) + ": " +
                     std::string(what));
}

void Options::missing(std::string_view key) const {
  throw OptionError(state_->at(key, {}) + ": is required");
}

std::vector<std::string> Options::unread() {
  state_->booted = true;
  const std::vector<std::string_view> known(state_->asked.begin(), state_->asked.end());
  std::vector<std::string> sentences;
  for (const auto& [name, node] : state_->root.members) {
    if (state_->asked.contains(name)) continue;
    sentences.push_back(state_->at(name, node.origin()) + ": the service doesn't read this option" +
                        did_you_mean(name, known));
  }
  return sentences;
}

}  // namespace svc
