// tree.h — a configuration before it means anything: what was written, and where.
//
// Why not the TOML library's own tree: it belongs to one file of text; here several files, the
// environment and the command line are merged, and each value must still know its place.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/config.h"
#include "config/errors.h"

namespace svc {

// One text that values come from: a file, or a variable or argument as "NAME=value".
struct SourceText {
  OriginKind kind = OriginKind::file;
  std::string name = {};  // For messages: the file as it was named, the variable, the argument.
  std::string real_path = {};  // Files only.
  std::string directory = {};  // Relative paths in it start here. Absolute.
  std::string text = {};

  std::string_view line(uint32_t number) const;  // From 1; empty if there is no such line.
};

struct Node {
  using Table = std::map<std::string, Node, std::less<>>;
  using Array = std::vector<Node>;
  struct Moment {
    std::string text;  // A date or time, as TOML writes it.
  };
  struct Position {
    uint32_t line = 0, column = 0;
  };

  std::variant<Table, Array, std::string, int64_t, double, bool, Moment> value = {};
  std::shared_ptr<const SourceText> source = {};
  Position at = {};    // Of the value.
  Position key = {};   // Of the key it stands behind; unknown in arrays.
  bool loose = false;  // A text that may stand for a number: out of ${…}, a variable, an argument.
  bool broken = false;       // Its expansion failed, which has been reported: no value follows.
  std::string unshown = {};  // As written, if it came out of ${file:…}.

  Table* table() noexcept { return std::get_if<Table>(&value); }
  const Table* table() const noexcept { return std::get_if<Table>(&value); }
  const Array* array() const noexcept { return std::get_if<Array>(&value); }
  std::string* text() noexcept { return std::get_if<std::string>(&value); }
  const std::string* text() const noexcept { return std::get_if<std::string>(&value); }

  Place place() const;      // Of the value.
  Place key_place() const;  // Of the key, or of the value where there is none.
  SettingOrigin origin() const;
};

// Reports at the value, or at its key.
void report(ConfigErrors& errors, const Node& node, std::string message, std::string hint = {});
void report_key(ConfigErrors& errors, const Node& node, std::string message, std::string hint = {});

// `top` wins: tables are merged key by key, anything else is replaced.
void merge(Node& into, Node&& top);

// "the number 5", "the text \"abc\"", "an array of 2": for messages.
std::string describe(const Node& node);

// A key as TOML must write it: bare where it can be, else in quotes.
std::string toml_key(std::string_view key);
// A text as TOML must write it, in one line.
std::string toml_string(std::string_view text);
// A double that TOML reads back to the same value.
std::string toml_double(double number);

}  // namespace svc
