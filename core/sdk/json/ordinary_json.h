// ordinary_json.h — reads everyday JSON in one pass over the text, straight into a described value.
//
// Why, beside a library that reads all of JSON: the library builds a tree of the text first, and
// walking that costs as much again. Nearly all bodies are of one plain kind: members that the
// struct has, strings without escapes, short numbers. Those are read here, in two thirds of the
// instructions; everything else (escapes, unknown members, exponents, variants, whatever is wrong)
// is left to the library from the beginning, which alone says what is right and what the issues
// are. A fuzz target holds the two against each other.
#pragma once

#include <string_view>

#include "core/base/api.h"
#include "core/sdk/types/type_info.h"

namespace svc {

// True: `out` (the address of a default-constructed value) holds what `text` says, and nothing is
// wrong with it. False: nothing is known about the text; `out` may hold some of it, and can be
// given to read_any_json(). May throw what a type's own check() throws. Threads: any.
SVC_API bool read_ordinary_json(std::string_view text, const TypeInfo& type, void* out);

}  // namespace svc
