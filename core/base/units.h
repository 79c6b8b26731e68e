// units.h — "10s", "1MiB": durations and sizes as people write them, both ways.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/base/result.h"

namespace svc {

// "250ms", "1.5s", "10m", "2h", "7d", "1h30m", "0": a number needs a unit unless it is 0.
// Errors: invalid_argument with a sentence that names the text and shows a right one; also for
// negative values and for what a signed 64-bit count of nanoseconds can't hold.
SVC_API Result<std::chrono::nanoseconds> parse_duration(std::string_view text);

// "512", "64KiB", "1MiB", "2GiB" (powers of 1024), "1kB", "1MB" (powers of 1000), "1.5MiB".
SVC_API Result<uint64_t> parse_size(std::string_view text);

// The shortest exact form that the parsers read back to the same value: "1m30s", "64KiB".
SVC_API std::string format_duration(std::chrono::nanoseconds value);
SVC_API std::string format_size(uint64_t bytes);

// "1 worker", "2 workers": for nouns that take an s.
SVC_API std::string format_count(uint64_t count, std::string_view noun);

}  // namespace svc
