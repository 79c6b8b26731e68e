#include "core/sdk/json/json_sink.h"

#include <gtest/gtest.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "core/base/json_writer.h"
#include "core/base/random.h"

namespace svc {
namespace {

template <class T>
std::string written(T value) {
  std::string out = "x";
  {
    JsonSink sink(out);
    if constexpr (std::is_same_v<T, std::string_view>) {
      sink.text(value);
    } else if constexpr (std::is_floating_point_v<T>) {
      sink.number(value);
    } else if constexpr (std::is_signed_v<T>) {
      sink.integer(value);
    } else {
      sink.natural(value);
    }
  }
  return out.substr(1);
}

// JsonWriter is the other way to the same text.
template <class T>
std::string expected(T value) {
  std::string out;
  JsonWriter(out).value(value);
  return out;
}

TEST(JsonSink, NumbersAreThoseOfJsonWriter) {
  Random random(7);
  for (int i = 0; i < 200'000; ++i) {
    const double everyday = static_cast<double>(static_cast<int64_t>(random.below(4'000'000))) /
                                std::pow(10, random.below(6)) -
                            100;
    EXPECT_EQ(written(everyday), expected(everyday));
    double any = 0;
    const uint64_t bits = random();
    std::memcpy(&any, &bits, sizeof any);
    EXPECT_EQ(written(any), expected(any));
  }
  for (const double value :
       {0.0, -0.0, 0.1, 0.001, 0.0015, 19.95, -19.95, 99999.999, 99999.9999, 100000.0, 1e5, 1e-3,
        2e-3, 0.3, 0.1 + 0.2, 5e-324, 1.7976931348623157e308,
        std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(written(value), expected(value));
  }
  EXPECT_EQ(written(0.1F), "0.1");
  EXPECT_EQ(written(16777216.0F), "16777216.0");
  EXPECT_EQ(written(int64_t{INT64_MIN}), "-9223372036854775808");
  EXPECT_EQ(written(uint64_t{UINT64_MAX}), "18446744073709551615");
}

TEST(JsonSink, TextsAreThoseOfJsonWriter) {
  for (const std::string_view text :
       {"", "a", "1234567", "12345678", "123456789", "1234567890123456", "\"", "1234567\"", "\\",
        "12345678\n", "a\x01", "\x7f", "é", "12345678é", "\xff", "12345678\xed\xa0\x80",
        "quote at the very end of a long one\""}) {
    EXPECT_EQ(written(text), expected(text));
  }
}

TEST(JsonSink, GrowsAndKeepsWhatWasThere) {
  std::string out = "before ";
  std::string wanted = out;
  {
    JsonSink sink(out);
    for (int i = 0; i < 10'000; ++i) {
      sink.integer(i);
      sink.put(',');
      wanted += std::to_string(i) + ",";
    }
    sink.put(std::string(100'000, 'z'));
  }
  EXPECT_EQ(out, wanted + std::string(100'000, 'z'));
}

}  // namespace
}  // namespace svc
