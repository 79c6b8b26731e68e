// read_json.h — JSON text into a described value; every violation is reported.
//
// What is bounded: nesting (kJsonDepthMax), the elements of all lists and maps of one text
// (kJsonElementsMax), the violations (Issues::kMax); the size is bounded by whoever received it.
// What is strict: UTF-8, escapes (no half surrogate pairs), numbers (no NaN, no infinity; a whole
// number may be written as 3.0), null only for std::optional, no member of a struct twice. Members
// that the struct lacks are ignored.
#pragma once

#include <string_view>

#include "core/base/api.h"
#include "core/base/result.h"
#include "core/sdk/issues.h"
#include "core/sdk/types/type_info.h"

namespace svc {

inline constexpr size_t kJsonDepthMax = 64;
inline constexpr size_t kJsonElementsMax = 200'000;

// `out` is the address of a default-constructed value of the type. Errors: invalid_argument, a
// sentence about the text, if it is no JSON. What is JSON but not the type goes to `issues`; `out`
// is to be thrown away then. Threads: any.
SVC_API Result<> read_json(std::string_view text, const TypeInfo& type, void* out,
                           const InputPlace& place, Issues& issues);

// The same without the short way for ordinary text (ordinary_json.h). `out` may also be a value
// into which that has begun to read the same text.
SVC_API Result<> read_any_json(std::string_view text, const TypeInfo& type, void* out,
                               const InputPlace& place, Issues& issues);

}  // namespace svc
