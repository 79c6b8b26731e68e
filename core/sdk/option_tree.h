// option_tree.h — flat option rows as the tree that they were written as.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/sdk/issues.h"
#include "core/sdk/options.h"
#include "core/sdk/types/type_info.h"

namespace svc {

class JsonWriter;

struct OptionNode {
  struct Member;

  const OptionRow* row = nullptr;  // nullptr: a table, which has no row of its own.
  std::vector<Member> members;
  std::vector<OptionNode> items;

  bool is_list() const noexcept {
    return row != nullptr && std::holds_alternative<OptionRow::List>(row->value);
  }
  OptionNode* member(std::string_view name) noexcept;
  // Where it, or the first thing inside it, was written; empty if nobody knows.
  std::string_view origin() const noexcept;
};

struct OptionNode::Member {
  std::string name;
  OptionNode node;
};

// "cache.size", "tags[0]", cache."a b" → the steps of the way, each a name or an index.
using OptionPath = std::vector<std::variant<std::string, size_t>>;
OptionPath split_option_key(std::string_view key);

// The nodes refer to `rows`.
OptionNode make_option_tree(std::span<const OptionRow> rows);
// nullptr: nothing there.
const OptionNode* find_option(const OptionNode& root, const OptionPath& path);
// The node at `loc`, or the nearest one above it.
const OptionNode& nearest_option(const OptionNode& root,
                                 std::span<const std::variant<std::string, size_t>> loc);

// As JSON, for read_json. A text where `type` wants a number or a bool is written without its
// quotes: an option that comes from the environment is always a text.
void write_option(JsonWriter& json, const OptionNode& node, const TypeInfo& type);

}  // namespace svc
