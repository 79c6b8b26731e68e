// regex_match.h — is a regular expression found in a text? RE2 behind one .cc.
//
// Why RE2: the text comes from strangers, and its time is linear in the text whatever the pattern.
// Which patterns there are is said in regex_syntax.h, where the compiler checks them.
#pragma once

#include <string_view>

namespace svc {

// True if `pattern` is found anywhere in `text` (^ and $ anchor it), which is valid UTF-8. Compiled
// once for each thread. REQUIRES: `pattern` outlives the thread: it is a constant of the program.
bool matches_regex(std::string_view pattern, std::string_view text);

}  // namespace svc
