// value.h — one value of one setting: what is allowed, and how it is written as TOML.
//
// Beside it: value_text.h reads values from plain text, convert.h from the nodes of a file.
#pragma once

#include <string>
#include <string_view>

#include "config/schema.h"

namespace svc {

// What is wrong with a value, without its place.
struct ValueProblem {
  std::string message;
  std::string hint;
};

inline constexpr uint32_t kWorkersMax = 512;  // Of one service; two generations may live at once.
inline constexpr size_t kEnvironmentMax = 256;
inline constexpr size_t kRegionsMax = 16;
inline constexpr uint64_t kRegionSizeMin = uint64_t{64} << 10;
inline constexpr uint64_t kRegionSizeMax = uint64_t{64} << 30;
inline constexpr size_t kOptionsMax = 4096;
inline constexpr size_t kTextsBytesMax = 4096;  // Of one text of a list.
inline constexpr size_t kUpstreamsMax = 256;    // Of one service.

// What services and upstreams may be called: they become parts of paths, titles and variables.
inline constexpr size_t kServiceNameMax = 63;
SVC_API bool is_service_name(std::string_view name) noexcept;

// True if `value` is of the kind's type and inside its bounds.
SVC_API bool fits(const Setting& setting, const Value& value);

// "a duration like \"10s\", from 1ms to 1d": what belongs here.
SVC_API std::string requirement(const Setting& setting);
SVC_API std::string_view kind_name(const Setting& setting) noexcept;  // "duration", "size", …
// A bound as people write it: "1ms", "64KiB", "64".
SVC_API std::string bound_text(const Setting& setting, uint64_t bound);

// "service.users.threads must be a whole number from 1 to 64, not 0".
ValueProblem misfit(const Setting& setting, std::string_view path, std::string_view what);

// As it stands behind the = in a file. Options and the environment become an inline table.
SVC_API std::string toml_value(const Setting& setting, const Value& value);

}  // namespace svc
