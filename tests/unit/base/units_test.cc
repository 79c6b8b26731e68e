#include "core/base/units.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/random.h"

namespace svc {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using ::testing::HasSubstr;

nanoseconds duration(std::string_view text) {
  const auto value = parse_duration(text);
  if (!value) ADD_FAILURE() << value.error().text;
  return value.value_or(nanoseconds(-1));
}

uint64_t bytes_in(std::string_view text) {
  const auto value = parse_size(text);
  if (!value) ADD_FAILURE() << value.error().text;
  return value.value_or(0xBAD);
}

template <class T>
bool refused(const Result<T>& result) {
  return !result && result.error().code == std::errc::invalid_argument;
}

TEST(ParseDuration, ReadsEveryUnit) {
  EXPECT_EQ(duration("250ms"), 250ms);
  EXPECT_EQ(duration("7ns"), 7ns);
  EXPECT_EQ(duration("7us"), 7us);
  EXPECT_EQ(duration("10s"), 10s);
  EXPECT_EQ(duration("10m"), 10min);
  EXPECT_EQ(duration("2h"), 2h);
  EXPECT_EQ(duration("7d"), 7 * 24h);
}

TEST(ParseDuration, ZeroNeedsNoUnit) {
  EXPECT_EQ(duration("0"), 0ns);
  EXPECT_EQ(duration("0s"), 0ns);
}

TEST(ParseDuration, ReadsFractionsExactly) {
  EXPECT_EQ(duration("1.5s"), 1500ms);
  EXPECT_EQ(duration("0.000000001s"), 1ns);
  EXPECT_EQ(duration("0.1h"), 6min);
}

TEST(ParseDuration, AddsPartsFromTheLargestDown) {
  EXPECT_EQ(duration("1h30m"), 90min);
  EXPECT_EQ(duration("1d2h3m4s5ms"), 26h + 3min + 4s + 5ms);
}

TEST(ParseDuration, HoldsTheLargestCountAndNoMore) {
  EXPECT_EQ(duration("9223372036854775.807us"), nanoseconds::max());
  EXPECT_FALSE(parse_duration("9223372036854775.808us"));
  EXPECT_FALSE(parse_duration("106752d"));
  EXPECT_FALSE(parse_duration("999999999999999999d"));
  EXPECT_FALSE(parse_duration("99999999999999999999999999999999999999999999999s"));
}

TEST(ParseDuration, RefusesWhatIsNoDuration) {
  for (const char* text :
       {"",     " ",     "s",     "10",   "-1s",  "+1s", "1",     "1.5",   "1 s",
        " 1s",  "1s ",   "1.s",   ".5s",  "1e3s", "1S",  "10sec", "30m1h", "1s1s",
        "1h30", "0.5ns", "0x10s", "1,5s", "inf",  "nan", "1s\n",  "١s"})
    EXPECT_TRUE(refused(parse_duration(text))) << text;
}

TEST(ParseDuration, NamesTheTextAndShowsARightOne) {
  const std::string text = parse_duration("10").error().text;
  EXPECT_THAT(text, HasSubstr("\"10\""));
  EXPECT_THAT(text, HasSubstr("needs a unit"));
  EXPECT_THAT(text, HasSubstr("\"10s\""));
}

TEST(ParseSize, ReadsPowersOf1024AndOf1000) {
  EXPECT_EQ(bytes_in("0"), 0u);
  EXPECT_EQ(bytes_in("512"), 512u);
  EXPECT_EQ(bytes_in("512B"), 512u);
  EXPECT_EQ(bytes_in("64KiB"), 65536u);
  EXPECT_EQ(bytes_in("1MiB"), 1048576u);
  EXPECT_EQ(bytes_in("1.5MiB"), 1572864u);
  EXPECT_EQ(bytes_in("2GiB"), 2147483648u);
  EXPECT_EQ(bytes_in("1TiB"), 1099511627776u);
  EXPECT_EQ(bytes_in("1kB"), 1000u);
  EXPECT_EQ(bytes_in("1MB"), 1000000u);
  EXPECT_EQ(bytes_in("2.5GB"), 2500000000u);
}

TEST(ParseSize, HoldsTheLargestCountAndNoMore) {
  EXPECT_EQ(bytes_in("18446744073709551615"), UINT64_MAX);
  EXPECT_FALSE(parse_size("18446744073709551616"));
  EXPECT_FALSE(parse_size("16777216TiB"));
}

TEST(ParseSize, RefusesWhatIsNoSize) {
  for (const char* text : {"", "-1", "+1", "1 MiB", "MiB", "1mib", "1M", "1k", "0.5", "1.2345KiB",
                           "1MiB1", "1MiB2KiB", "1e6", "0x10", " 1", "1 "})
    EXPECT_TRUE(refused(parse_size(text))) << text;
}

TEST(ParseSize, NamesTheTextAndShowsARightOne) {
  const std::string text = parse_size("64k").error().text;
  EXPECT_THAT(text, HasSubstr("\"64k\""));
  EXPECT_THAT(text, HasSubstr("\"64KiB\""));
}

TEST(FormatDuration, PrintsWhatPeopleWrite) {
  EXPECT_EQ(format_duration(0ns), "0");
  EXPECT_EQ(format_duration(90s), "1m30s");
  EXPECT_EQ(format_duration(250ms), "250ms");
  EXPECT_EQ(format_duration(1500ms), "1.5s");
  EXPECT_EQ(format_duration(1500us), "1.5ms");
  EXPECT_EQ(format_duration(24h), "1d");
  EXPECT_EQ(format_duration(1min + 500ms), "1m500ms");
  EXPECT_EQ(format_duration(-90s), "-1m30s");
}

TEST(FormatDuration, IsReadBackAsTheSameValue) {
  Random random(1);
  for (int round = 0; round < 2000; ++round) {
    const nanoseconds value(static_cast<int64_t>(random() >> (1 + random.below(60))));
    EXPECT_EQ(duration(format_duration(value)), value) << value.count();
  }
  EXPECT_EQ(duration(format_duration(nanoseconds::max())), nanoseconds::max());
  EXPECT_EQ(format_duration(nanoseconds::min()).front(), '-');
}

TEST(FormatSize, TakesTheShortestExactForm) {
  EXPECT_EQ(format_size(0), "0");
  EXPECT_EQ(format_size(512), "512");
  EXPECT_EQ(format_size(1024), "1KiB");
  EXPECT_EQ(format_size(65536), "64KiB");
  EXPECT_EQ(format_size(1048576), "1MiB");
  EXPECT_EQ(format_size(1572864), "1.5MiB");
  EXPECT_EQ(format_size(1000000), "1MB");
  EXPECT_EQ(format_size(1536), "1536");
  EXPECT_EQ(format_size(12345), "12345");
}

TEST(FormatSize, IsReadBackAsTheSameValue) {
  Random random(2);
  for (int round = 0; round < 2000; ++round) {
    const uint64_t bytes = random() >> random.below(64) << random.below(20);
    EXPECT_EQ(bytes_in(format_size(bytes)), bytes);
  }
}

TEST(FormatCount, SaysOneAndMany) {
  EXPECT_EQ(format_count(0, "worker"), "0 workers");
  EXPECT_EQ(format_count(1, "worker"), "1 worker");
  EXPECT_EQ(format_count(2, "worker"), "2 workers");
}

}  // namespace
}  // namespace svc
