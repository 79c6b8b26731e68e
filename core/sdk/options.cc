#include "core/sdk/options.h"

#include <algorithm>
#include <set>

#include "core/base/json_writer.h"
#include "core/base/suggest.h"
#include "core/sdk/json/read_json.h"
#include "core/sdk/option_tree.h"

namespace svc {
namespace {

std::string did_you_mean(std::string_view name, std::span<const std::string_view> known) {
  const auto near = suggest(name, known);
  return near ? " (did you mean '" + std::string(*near) + "'?)" : std::string();
}

}  // namespace

struct Options::State {
  std::string section;
  std::vector<OptionRow> rows;
  OptionNode root;
  std::set<std::string, std::less<>> asked;  // Top-level names that something has read.
  bool booted = false;  // Handlers read from several threads: nothing is noted any more.

  std::string at(std::string_view key, std::string_view origin) const {
    std::string text;
    if (!origin.empty()) text.append(origin).append(": ");
    text += section;
    if (!key.empty()) text.append(".").append(key);
    return text;
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
  std::string text;
  JsonWriter json(text);
  write_option(json, node, type);
  Issues issues;
  const auto read = read_json(text, type, out, InputPlace::of(key), issues);
  if (!read) throw OptionError(state_->at(key, node.origin()) + ": " + read.error().text);
  if (issues.empty()) return true;
  const Issue& first = issues.list().front();
  const OptionNode& wrong = nearest_option(node, std::span(first.loc).subspan(1));
  throw OptionError(state_->at({}, wrong.origin()) + '.' + describe_issues(issues.list().first(1)));
}

void Options::read_all(const TypeInfo& type, void* out) const {
  std::vector<std::string_view> known;
  for (const FieldInfo& field : type.object->fields) known.push_back(field.name);
  for (const auto& [name, node] : state_->root.members) {
    state_->asked.insert(name);
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw OptionError(state_->at(name, node.origin()) + ": there is no such option" +
                      did_you_mean(name, known));
  }
  const void* members[detail::kMembersMax];
  type.object->addresses(out, members);
  size_t i = 0;
  for (const FieldInfo& field : type.object->fields) {
    const bool found = read(field.name, *field.type, const_cast<void*>(members[i++]));
    if (!found && field.type->presence == Presence::required) missing(field.name);
  }
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
