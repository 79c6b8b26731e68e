// toml_guard.h — refuses text that the TOML parser would not refuse well, before it sees it.
//
// Too deep: the parser builds and frees its tree by recursion. Values in brackets are bounded
// there, but `a.a.a.a…`, half a megabyte of it, is not, and would overflow the stack. Not ASCII
// outside of strings and comments: TOML has no use for it, and toml++ 3.3 runs into undefined
// behaviour when it asks whether such a character is a space.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace svc {

inline constexpr uint32_t kNestingMax = 32;   // Of brackets, and of tables in tables.
inline constexpr uint32_t kKeyPartsMax = 32;  // Of one dotted key.

struct TomlProblem {
  uint32_t line = 0, column = 0;
  std::string message;
};

// The first such place of `text`, which is UTF-8. Knows just enough of TOML to tell strings and
// comments from the rest; what isn't TOML at all is the parser's to refuse.
std::optional<TomlProblem> guard_toml(std::string_view text);

}  // namespace svc
