#include "core/http/byte_ranges.h"

#include <gtest/gtest.h>

#include <string>

namespace svc {
namespace {

using Kind = WantedRanges::Kind;
using Parts = std::vector<ByteRange>;

TEST(ByteRanges, ReadsOneRange) {
  EXPECT_EQ(parse_byte_ranges("bytes=0-499", 10'000).parts, (Parts{{0, 500}}));
  EXPECT_EQ(parse_byte_ranges("bytes=500-", 10'000).parts, (Parts{{500, 9'500}}));
  EXPECT_EQ(parse_byte_ranges("bytes=-500", 10'000).parts, (Parts{{9'500, 500}}));
  EXPECT_EQ(parse_byte_ranges("Bytes = 0-0", 10).parts, (Parts{{0, 1}}));
  EXPECT_EQ(parse_byte_ranges("bytes=9-9", 10).parts, (Parts{{9, 1}}));
}

TEST(ByteRanges, EndsWhereTheRepresentationEnds) {
  EXPECT_EQ(parse_byte_ranges("bytes=5-100", 10).parts, (Parts{{5, 5}}));
  EXPECT_EQ(parse_byte_ranges("bytes=-100", 10).parts, (Parts{{0, 10}}));
  EXPECT_EQ(parse_byte_ranges("bytes=5-99999999999999999999999", 10).parts, (Parts{{5, 5}}));
  EXPECT_EQ(parse_byte_ranges("bytes=0-18446744073709551615", 10).parts, (Parts{{0, 10}}));
}

TEST(ByteRanges, ReadsSeveralThatAscend) {
  EXPECT_EQ(parse_byte_ranges("bytes=0-1, 4-5 ,, -2", 10).parts, (Parts{{0, 2}, {4, 2}, {8, 2}}));
  EXPECT_EQ(parse_byte_ranges("bytes=0-1,100-200", 10).parts, (Parts{{0, 2}}));
}

TEST(ByteRanges, TellsWhatLiesOutside) {
  for (const char* const field : {"bytes=10-", "bytes=10-20,30-40", "bytes=-0"}) {
    EXPECT_EQ(parse_byte_ranges(field, 10).kind, Kind::unsatisfiable) << field;
  }
  EXPECT_EQ(parse_byte_ranges("bytes=0-", 0).kind, Kind::unsatisfiable);
  EXPECT_EQ(parse_byte_ranges("bytes=-5", 0).kind, Kind::unsatisfiable);
}

TEST(ByteRanges, IgnoresWhatIsMalformedOrGreedy) {
  for (const char* const field :
       {"", "bytes", "bytes=", "bytes=,", "items=0-5", "bytes=5-4", "bytes=a-b", "bytes=1",
        "bytes=-", "bytes=0-5,x", "bytes=--5", "bytes=0-1-2", "bytes=+1-2", "bytes=0x1-2",
        "bytes=0-5,3-8", "bytes=5-8,0-3", "bytes=0-5,0-5"}) {
    EXPECT_EQ(parse_byte_ranges(field, 10).kind, Kind::whole) << field;
  }
  std::string many = "bytes=0-0";
  for (size_t i = 1; i < kRangesMax; ++i) {
    many += "," + std::to_string(i * 2) + "-" + std::to_string(i * 2);
  }
  EXPECT_EQ(parse_byte_ranges(many, 1000).parts.size(), kRangesMax);
  EXPECT_EQ(parse_byte_ranges(many + ",900-901", 1000).kind, Kind::whole);
}

}  // namespace
}  // namespace svc
