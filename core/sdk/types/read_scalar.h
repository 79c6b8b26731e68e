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
void add_missing(const InputPlace& place, Issues& issues);

// `text` (of a path, a query, a header; decoded) as a scalar or optional scalar. A list takes it as
// its next element.
SVC_API void read_text(std::string_view text, const TypeInfo& type, void* out,
                       const InputPlace& place, Issues& issues);

}  // namespace svc
