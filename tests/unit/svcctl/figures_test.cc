#include "cmd/svcctl/figures.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

TEST(Figures, RatesAreShort) {
  EXPECT_EQ(spoken_rate(0), "0");
  EXPECT_EQ(spoken_rate(0.04), "0");
  EXPECT_EQ(spoken_rate(0.1), "0.1");
  EXPECT_EQ(spoken_rate(9.94), "9.9");
  EXPECT_EQ(spoken_rate(9.96), "10");
  EXPECT_EQ(spoken_rate(99'999), "99999");
  EXPECT_EQ(spoken_rate(123'456), "123k");
}

TEST(Figures, LatenciesHaveAUnit) {
  EXPECT_EQ(spoken_latency(std::nullopt), "-");
  EXPECT_EQ(spoken_latency(50us), "0.05ms");
  EXPECT_EQ(spoken_latency(999us), "1.0ms");
  EXPECT_EQ(spoken_latency(12400us), "12ms");
  EXPECT_EQ(spoken_latency(999'900us), "1.0s");
  EXPECT_EQ(spoken_latency(30s), "30.0s");
}

TEST(Figures, MemoryIsInMebibytesOrGibibytes) {
  EXPECT_EQ(spoken_memory(0), "0.0M");
  EXPECT_EQ(spoken_memory(8'493'465), "8.1M");
  EXPECT_EQ(spoken_memory(1.5 * 1024 * 1024 * 1024), "1.5G");
}

TEST(Figures, ReasonsAreThoseThatThereWere) {
  StatusService service;
  EXPECT_EQ(reasons_text(service), "");
  service.reasons = {{"before_ready", 0}, {"own_fault", 2}, {"killed", 1}, {"some_other", 3}};
  EXPECT_EQ(reasons_text(service), "2 by own fault, 1 killed, 3 some other");
}

TEST(Figures, ADrainSaysWhatIsLeftAndHowLong) {
  EXPECT_EQ(draining_text({.generation = 2, .workers = 1, .in_flight = 3, .killed_in_s = 24.4}),
            "generation 2 drains: 3 requests in flight, 1 worker left, cut off in 24s");
}

}  // namespace
}  // namespace svc
