// choose_alternative.h — which alternative of a std::variant a JSON value is.
//
// The rule, which asks only for kinds and names, so that variants in variants cost no more than one
// look at each value (trying one after the other would double with each level):
//   true, false      bool
//   whole number     an integer type whose range it is in, else a floating one, else a duration
//   other number     a floating type, else an integer (which says why not), else a duration
//   string           the first text, enum or parsed type that takes it
//   array            a std::array of that size, else the first list
//   object           the struct of which the fewest required members are absent, and of those the
//                    one of which most members are there; a struct with a svc::Literal that is
//                    another text is out. Where none is complete, a map comes first.
// svc::Json takes what nothing else takes. Ties go to the alternative that is written first.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/sdk/types/type_info.h"

namespace svc {

struct Choice {
  size_t index = SIZE_MAX;  // None is of the value's kind.
  // Of an object that no struct is meant for: the member whose svc::Literal is none of theirs.
  std::string_view wrong_literal{};
};

// Texts are tried at `out`, the variant itself.
Choice choose_alternative(const VariantOps& variant, simdjson::dom::element value, void* out);

// "an integer, a string or an object", for who sent something else.
std::string spell_alternatives(const VariantOps& variant);
// "'cat' or 'dog'": what the svc::Literal member of that name may be.
std::string spell_literals(const VariantOps& variant, std::string_view member);

}  // namespace svc
