#include "core/sdk/option_tree.h"

#include <charconv>

#include "core/base/json_writer.h"
#include "core/sdk/types/read_scalar.h"

namespace svc {
namespace {

constexpr size_t kListMax = 100'000;  // Beyond any file; a bound on what "tags[N]" may allocate.

const TypeInfo& without_optional(const TypeInfo& type) {
  return type.kind == TypeKind::optional ? without_optional(*type.element) : type;
}

// Reads `text` as the scalar that `type` is; true if it may stand in JSON as it is.
bool is_bare(std::string_view text, const TypeInfo& type) {
  if (type.kind == TypeKind::boolean) return text == "true" || text == "false";
  if (type.kind != TypeKind::integer && type.kind != TypeKind::number) return false;
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  const bool leading_zero = text.size() > 1 && text[0] == '0' && text[1] != '.' && text[1] != 'e';
  return read.ec == std::errc() && read.ptr == end && !leading_zero &&
         text.find_first_of("nN") == std::string_view::npos && text.back() != '.' &&
         text.front() != '.';
}

const TypeInfo& type_of_member(const TypeInfo& type, std::string_view name) {
  if (type.kind == TypeKind::map) return *type.element;
  if (type.kind == TypeKind::object) {
    for (const FieldInfo& field : type.object->fields) {
      if (field.name == name) return *field.type;
    }
  }
  return type_info<Json>();
}

void write_scalar(JsonWriter& json, const OptionRow& row, const TypeInfo& type) {
  if (const auto* text = std::get_if<std::string>(&row.value)) {
    return is_bare(*text, type) ? json.raw(*text) : json.value(*text);
  }
  if (const auto* flag = std::get_if<bool>(&row.value)) return json.value(*flag);
  if (const auto* whole = std::get_if<int64_t>(&row.value)) return json.value(*whole);
  json.value(std::get<double>(row.value));
}

OptionNode& descend(OptionNode& from, const std::variant<std::string, size_t>& step) {
  if (const auto* index = std::get_if<size_t>(&step)) {
    if (*index >= kListMax) return from;
    if (from.items.size() <= *index) from.items.resize(*index + 1);
    return from.items[*index];
  }
  const std::string& name = std::get<std::string>(step);
  if (OptionNode* const known = from.member(name)) return *known;
  return from.members.emplace_back(name, OptionNode{}).node;
}

}  // namespace

OptionNode* OptionNode::member(std::string_view name) noexcept {
  for (auto& [known, node] : members) {
    if (known == name) return &node;
  }
  return nullptr;
}

std::string_view OptionNode::origin() const noexcept {
  if (row != nullptr) return row->origin;
  return members.empty() ? std::string_view() : members.front().node.origin();
}

OptionPath split_option_key(std::string_view key) {
  OptionPath path;
  while (!key.empty()) {
    if (key.front() == '.') key.remove_prefix(1);
    if (key.starts_with('[')) {
      const size_t end = key.find(']');
      size_t index = 0;
      std::from_chars(key.data() + 1, key.data() + key.size(), index);
      path.emplace_back(index);
      key.remove_prefix(end == std::string_view::npos ? key.size() : end + 1);
    } else if (key.starts_with('"')) {
      const size_t end = key.find('"', 1);
      path.emplace_back(std::string(key.substr(1, end == std::string_view::npos ? end : end - 1)));
      key.remove_prefix(end == std::string_view::npos ? key.size() : end + 1);
    } else {
      const size_t end = std::min(key.find_first_of(".["), key.size());
      path.emplace_back(std::string(key.substr(0, end)));
      key.remove_prefix(end);
    }
  }
  return path;
}

OptionNode make_option_tree(std::span<const OptionRow> rows) {
  OptionNode root;
  for (const OptionRow& row : rows) {
    OptionNode* at = &root;
    for (const auto& step : split_option_key(row.key)) at = &descend(*at, step);
    at->row = &row;
  }
  return root;
}

const OptionNode* find_option(const OptionNode& root, const OptionPath& path) {
  const OptionNode* at = &root;
  for (const auto& step : path) {
    if (const auto* index = std::get_if<size_t>(&step)) {
      if (*index >= at->items.size()) return nullptr;
      at = &at->items[*index];
    } else {
      at = const_cast<OptionNode*>(at)->member(std::get<std::string>(step));
      if (at == nullptr) return nullptr;
    }
  }
  return at;
}

const OptionNode& nearest_option(const OptionNode& root,
                                 std::span<const std::variant<std::string, size_t>> loc) {
  for (size_t steps = loc.size(); steps > 0; --steps) {
    const OptionPath path(loc.begin(), loc.begin() + static_cast<std::ptrdiff_t>(steps));
    if (const OptionNode* const node = find_option(root, path)) return *node;
  }
  return root;
}

void write_option(JsonWriter& json, const OptionNode& node, const TypeInfo& wanted) {
  const TypeInfo& type = without_optional(wanted);
  if (node.is_list()) {
    const TypeInfo& element = type.element != nullptr ? *type.element : type_info<Json>();
    json.array([&] {
      for (const OptionNode& item : node.items) write_option(json, item, element);
    });
  } else if (node.row != nullptr) {
    write_scalar(json, *node.row, type);
  } else {
    json.object([&] {
      for (const auto& [name, member] : node.members) {
        json.key(name);
        write_option(json, member, type_of_member(type, name));
      }
    });
  }
}

}  // namespace svc
