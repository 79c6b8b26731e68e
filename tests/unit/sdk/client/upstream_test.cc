#include "core/sdk/client/upstream.h"

#include <gtest/gtest.h>

#include "core/board/board.h"

namespace svc {
namespace {

TEST(Upstream, CountsEachTimeThatItsBreakerOpens) {
  using std::chrono::milliseconds;
  Upstream upstream("up", {.breaker_failures = 1, .breaker_open = milliseconds(1000)},
                    {parse_client_url("http://127.0.0.1:1").value()});
  UpstreamSlot slot{};
  upstream.show_in(slot);
  Instant now{1h};
  const auto fail_one = [&] {
    const auto admission = upstream.breaker().admit(now);
    ASSERT_TRUE(admission.allowed);
    upstream.end_attempt(upstream.balancer().pick({}, now), admission, Balancer::Outcome::failed,
                         now);
  };
  fail_one();
  EXPECT_EQ(slot.opened.get(), 1u);
  now += 2s;
  fail_one();  // The probe.
  EXPECT_EQ(slot.opened.get(), 2u);
  EXPECT_EQ(slot.breaker.get(), static_cast<uint64_t>(BreakerState::open));
}

}  // namespace
}  // namespace svc
