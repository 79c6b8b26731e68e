// json_text.h — two looks at JSON text that the parser behind read_json doesn't take.
//
// Why: simdjson 3.0 lets a lone low surrogate pass ("\udc00" becomes bytes that are no UTF-8), and
// it fails on an integer of more than 64 bits as if it were no JSON at all, although RFC 8259 sets
// no such limit: the text is right and the number is too large, which is another answer (422).
#pragma once

#include <string>
#include <string_view>

namespace svc {

// True if a \u escape is half of a surrogate pair without its other half (RFC 8259 8.2).
// For text that is not JSON the answer means nothing.
bool has_lone_surrogate(std::string_view json) noexcept;

// A copy in which each integer out of 64 bits is written as a fraction ("123…" → "123….0"), so that
// it is parsed as the nearest double.
std::string widen_long_integers(std::string_view json);

// True if a number in `json` is too large for a double ("1e999").
bool has_infinite_number(std::string_view json);

}  // namespace svc
