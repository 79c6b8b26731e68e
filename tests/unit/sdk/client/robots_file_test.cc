#include "core/sdk/client/robots_file.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/http/client/connections.h"
#include "tests/support/fake_upstream.h"
#include "tests/unit/loop/loop_fixture.h"

namespace svc {
namespace {

using testing::FakeUpstream;

class RobotsFileTest : public FiberFixture {
 protected:
  using Verdict = RobotsFile::Verdict;

  Verdict judge(std::string_view target, Instant until = kNever) {
    return file.judge(client, origin(), target, "bot", until);
  }
  bool allows(std::string_view target) {
    Verdict verdict{};
    run([&] { verdict = judge(target); });
    return verdict == Verdict::allowed;
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
  Fiber* const asks = start([&] { EXPECT_THROW(judge("/"), Cancelled); });
  ASSERT_TRUE(turn_until([&] { return site.requests() == 1; }));
  site.play(say_rules);
  asks->cancel(CancelReason::client_gone);
  ASSERT_TRUE(turn_until([&] { return fibers.live() == 0; }));
  EXPECT_TRUE(allows("/"));
  EXPECT_FALSE(allows("/private"));
}

// One that let it run into its deadline has learnt that there is no answer.
TEST_F(RobotsFileTest, ASiteThatHangsIsNotAskedForEachRequest) {
  Fiber* const asks = start([&] { EXPECT_THROW(judge("/"), Cancelled); });
  ASSERT_TRUE(turn_until([&] { return site.requests() == 1; }));
  asks->cancel(CancelReason::deadline);
  ASSERT_TRUE(turn_until([&] { return fibers.live() == 0; }));
  EXPECT_FALSE(allows("/"));
  EXPECT_EQ(site.requests(), 1u);
}

// Neither the one that asks nor one that waits for its answer is held longer than its call may
// take, and a minute of a site's is not lost to a call that was in a hurry.
TEST_F(RobotsFileTest, ASiteThatHangsHoldsNobodyBeyondItsOwnTime) {
  std::vector<Verdict> verdicts;
  const Instant soon = clock.now() + 200ms;
  for (const Instant until : {soon, soon, soon + 100ms})
    start([&, until] { verdicts.push_back(judge("/", until)); });
  ASSERT_TRUE(turn_until([&] { return site.requests() == 1; }));
  clock.advance(200ms);
  ASSERT_TRUE(turn_until([&] { return verdicts.size() == 2; }));
  ASSERT_TRUE(turn_until([&] { return site.requests() == 2; })) << "the third has time for another";
  clock.advance(100ms);
  ASSERT_TRUE(turn_until([&] { return fibers.live() == 0; }));
  EXPECT_EQ(verdicts, std::vector<Verdict>(3, Verdict::late));
  site.play(say_rules);
  EXPECT_TRUE(allows("/"));
}

TEST_F(RobotsFileTest, WhoWaitsForAnothersAnswerMayLeave) {
  Fiber* const asks = start([&] { EXPECT_THROW(judge("/"), Cancelled); });
  ASSERT_TRUE(turn_until([&] { return site.requests() == 1; }));
  Fiber* const waits = start([&] { EXPECT_THROW(judge("/"), Cancelled); });
  waits->cancel(CancelReason::client_gone);
  ASSERT_TRUE(turn_until([&] { return fibers.live() == 1; }));
  asks->cancel(CancelReason::client_gone);
  ASSERT_TRUE(turn_until([&] { return fibers.live() == 0; }));
}

}  // namespace
}  // namespace svc
