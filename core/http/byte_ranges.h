// byte_ranges.h — which part of a representation a client wants: the Range field (RFC 9110 14).
//
// Pure. What a server may ignore is ignored: another unit, a syntax error, more than kRangesMax
// ranges, or ones that overlap or are out of order (14.2: they are how a few bytes ask for
// gigabytes). The whole is the answer then, which every client of ranges understands.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace svc {

struct ByteRange {
  uint64_t first;
  uint64_t length;  // Never 0.
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

struct WantedRanges {
  enum class Kind : uint8_t { whole, parts, unsatisfiable };  // 200, 206, 416
  Kind kind = Kind::whole;
  std::vector<ByteRange> parts{};  // Within the size, ascending, apart from each other.
};

inline constexpr size_t kRangesMax = 16;

// `field`: the value of the one Range field. `size`: of the representation.
WantedRanges parse_byte_ranges(std::string_view field, uint64_t size);

}  // namespace svc
