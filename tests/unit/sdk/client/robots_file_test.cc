#include "core/sdk/client/robots_file.h"

#include <gtest/gtest.h>

#include "core/http/client/connections.h"
#include "tests/support/fake_upstream.h"
#include "tests/unit/loop/loop_fixture.h"

namespace svc {
namespace {

using testing::FakeUpstream;

class RobotsFileTest : public FiberFixture {
 protected:
  bool allows(std::string_view target) {
    bool allowed = false;
    run([&] { allowed = file.allows(client, origin(), target, "bot", clock.now()); });
    return allowed;
  }
  Origin origin() const { return parse_client_url(site.url()).value().origin; }

  FakeUpstream site{[](auto& peer, const auto&) { peer.hang(); }};
  ClientConnections client{*loop};
  RobotsFile file;
};

void say_rules(FakeUpstream::Peer& peer, const FakeUpstream::Request&) {
  peer.answer(200, "User-agent: *\nDisallow: /private\n");
}

TEST_F(RobotsFileTest, IsFetchedOnceADay) {
  site.play(say_rules);
  EXPECT_TRUE(allows("/"));
  EXPECT_FALSE(allows("/private"));
  EXPECT_EQ(site.requests(), 1u);
  clock.advance(RobotsFile::kKept);
  EXPECT_TRUE(allows("/"));
  EXPECT_EQ(site.requests(), 2u);
}

TEST_F(RobotsFileTest, ASiteThatCantSayIsAskedAgainAMinuteLater) {
  site.play([](auto& peer, const auto&) { peer.answer(500); });
  EXPECT_FALSE(allows("/"));
  site.play(say_rules);
  EXPECT_FALSE(allows("/"));
  EXPECT_EQ(site.requests(), 1u);
  clock.advance(RobotsFile::kKeptWithoutAnswer);
  EXPECT_TRUE(allows("/"));
}

// It says nothing about the site that whoever made us ask does not want to know any more.
TEST_F(RobotsFileTest, AClientThatGoesMeanwhileForbidsNothingToTheOthers) {
  Fiber* const asks = start(
      [&] { EXPECT_THROW(file.allows(client, origin(), "/", "bot", clock.now()), Cancelled); });
  ASSERT_TRUE(turn_until([&] { return site.requests() == 1; }));
  site.play(say_rules);
  asks->cancel(CancelReason::client_gone);
  ASSERT_TRUE(turn_until([&] { return fibers.live() == 0; }));
  EXPECT_TRUE(allows("/"));
  EXPECT_FALSE(allows("/private"));
}

// One that let it run into its deadline has learnt that there is no answer.
TEST_F(RobotsFileTest, ASiteThatHangsIsNotAskedForEachRequest) {
  Fiber* const asks = start(
      [&] { EXPECT_THROW(file.allows(client, origin(), "/", "bot", clock.now()), Cancelled); });
  ASSERT_TRUE(turn_until([&] { return site.requests() == 1; }));
  asks->cancel(CancelReason::deadline);
  ASSERT_TRUE(turn_until([&] { return fibers.live() == 0; }));
  EXPECT_FALSE(allows("/"));
  EXPECT_EQ(site.requests(), 1u);
}

}  // namespace
}  // namespace svc
