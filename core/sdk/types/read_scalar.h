// read_scalar.h — the checks of single values that all readers share: bounds, names, lengths.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/sdk/issues.h"
#include "core/sdk/types/type_info.h"

namespace svc {

// Each stores a checked value at `out`, or adds an issue.
void store_integer(const TypeInfo& type, void* out, int64_t value, const InputPlace& place,
                   Issues& issues);
// For values above INT64_MAX.
void store_natural(const TypeInfo& type, void* out, uint64_t value, const InputPlace& place,
                   Issues& issues);
// A whole number that is written as a fraction, or is out of 64 bits.
void store_whole(const TypeInfo& type, void* out, double value, const InputPlace& place,
                 Issues& issues);
void store_number(const TypeInfo& type, void* out, double value, const InputPlace& place,
                  Issues& issues);
// REQUIRES: valid UTF-8.
void store_text(const TypeInfo& type, void* out, std::string_view text, const InputPlace& place,
                Issues& issues);
void store_enumerator(const TypeInfo& type, void* out, std::string_view name,
                      const InputPlace& place, Issues& issues);
// A value that crosses as a text of a form of its own. The text is any bytes.
void store_parsed(const TypeInfo& type, void* out, std::string_view text, const InputPlace& place,
                  Issues& issues);
// Where the type takes a number too (durations: seconds); else "must be a string".
void store_parsed_number(const TypeInfo& type, void* out, double number, const InputPlace& place,
                         Issues& issues);
void add_missing(const InputPlace& place, Issues& issues);
// Too few or too many elements.
void check_length(const TypeInfo& type, size_t length, const InputPlace& place, Issues& issues);
// The struct's own check(), for one whose members have all been read; a struct with a wrong member
// (`issues_before` tells) isn't checked: its rules may rely on what the members are. May throw what
// the service's code throws.
SVC_API void check_object(const TypeInfo& type, const void* object, const InputPlace& place,
                          Issues& issues, size_t issues_before);

// `text` (of a path, a query, a header; decoded) as a scalar or optional scalar. A list takes it as
// its next element.
SVC_API void read_text(std::string_view text, const TypeInfo& type, void* out,
                       const InputPlace& place, Issues& issues);

}  // namespace svc
