// value.h — one value of one setting: is it allowed, how is it read from text and written as TOML.
#pragma once

#include <expected>
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
inline constexpr size_t kOptionsMax = 4096;

// True if `value` is of the kind's type and inside its bounds.
SVC_API bool fits(const Setting& setting, const Value& value);

// "a duration like \"10s\", from 1ms to 1d": what belongs here.
SVC_API std::string requirement(const Setting& setting);
SVC_API std::string_view kind_name(const Setting& setting) noexcept;  // "duration", "size", …
// A bound as people write it: "1ms", "64KiB", "64".
SVC_API std::string bound_text(const Setting& setting, uint64_t bound);

// A text as the environment has it, for every kind but options: "8", "30s", "auto", "2-8",
// "127.0.0.1:1,unix:/x", "A=1,B=2". `path` names the setting in messages. Fits the setting.
std::expected<Value, ValueProblem> value_from_text(const Setting& setting, std::string_view path,
                                                   std::string_view text);
// "service.users.threads must be a whole number from 1 to 64, not 0".
ValueProblem misfit(const Setting& setting, std::string_view path, std::string_view what);

// As it stands behind the = in a file. Options and the environment become an inline table.
SVC_API std::string toml_value(const Setting& setting, const Value& value);

}  // namespace svc
