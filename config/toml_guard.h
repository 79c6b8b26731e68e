// toml_guard.h — refuses TOML that is too deep before a parser sees it.
//
// Why: the parser builds and frees its tree by recursion. A value nested in brackets is bounded
// there, but `a.a.a.a…`, half a megabyte of it, is not, and would overflow the stack.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace svc {

inline constexpr uint32_t kNestingMax = 32;   // Of brackets, and of tables in tables.
inline constexpr uint32_t kKeyPartsMax = 32;  // Of one dotted key.

struct TooDeep {
  uint32_t line = 0, column = 0;
  std::string message;
};

// The first place of `text` that is deeper than that. Knows just enough of TOML to tell keys from
// strings and comments; what isn't TOML at all is the parser's to refuse.
std::optional<TooDeep> find_too_deep(std::string_view text);

}  // namespace svc
