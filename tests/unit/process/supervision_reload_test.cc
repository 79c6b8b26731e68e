// supervision_reload_test.cc — what supervise() decides while a reload is on trial.
#include "supervision_support.h"

namespace svc {
namespace {

class Trials : public Supervision {
 protected:
  void SetUp() override {
    usual();
    add_service("alpha", 2, SetRole::incoming, 2);
    facts.trial.emplace();
  }
};

TEST_F(Trials, SpawnTheNewSetBesideTheOld) {
  const auto decisions = look();
  EXPECT_EQ(all<SpawnWorker>(decisions).size(), 2U);
  EXPECT_EQ(decisions.actions.size(), 2U) << "the old ones don't notice";
}

TEST_F(Trials, KeepNewWorkersInStandbyUntilAllAreThere) {
  make_ready(seat(0, 2));
  const auto decisions = look();
  EXPECT_TRUE(all<TellServe>(decisions).empty());
  EXPECT_TRUE(all<Promote>(decisions).empty());
  spawn(seat(1, 2));
  EXPECT_TRUE(look().actions.empty());
  make_ready(seat(1, 2));
  EXPECT_EQ(all<Promote>(look()).size(), 1U);
}

TEST_F(Trials, WaitForEveryService) {
  add_service("beta", 1, SetRole::incoming, 1);
  make_ready(seat(0, 2));
  make_ready(seat(1, 2));
  EXPECT_TRUE(all<Promote>(look()).empty());
  make_ready(seat(0, 1, "beta"));
  EXPECT_EQ(all<Promote>(look()).size(), 1U);
}

TEST_F(Trials, AreRolledBackByOneWorkerThatDoesNotGetReady) {
  make_ready(seat(0, 2));
  spawn(seat(1, 2));
  die(seat(1, 2), DeathCause::before_ready);
  EXPECT_TRUE(look().actions.empty()) << "no verdict before the death is explained, no second try";
  note_failure(facts, facts.services[0], SetRole::incoming, "exit status 3", now);
  note_failure(facts, facts.services[0], SetRole::incoming, "something else", now);
  const auto back = all<RollBack>(look());
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(back[0].why, "exit status 3") << "the first failure decides";
}

TEST_F(Trials, SurviveAnOutsidersKillOfAStandbyWorker) {
  make_ready(seat(0, 2));
  make_ready(seat(1, 2));
  die(seat(1, 2), DeathCause::outside);
  EXPECT_EQ(all<SpawnWorker>(look()).size(), 1U);
  EXPECT_TRUE(all<Promote>(look()).empty());
}

TEST_F(Trials, FailByBootTimeout) {
  spawn(seat(0, 2));
  spawn(seat(1, 2));
  now += policy.boot_timeout;
  beat_all();
  EXPECT_EQ(all<SendAbort>(look()).size(), 2U);
}

TEST_F(Trials, OfNothingNewArePromotedAtOnce) {
  facts.services[0].sets.pop_back();  // A reload that only takes services away.
  EXPECT_EQ(all<Promote>(look()).size(), 1U);
}

TEST_F(Trials, AfterPromotionTheNewServeBeforeTheOldDrain) {
  make_ready(seat(0, 2));
  make_ready(seat(1, 2));
  note_outgoing(set("alpha", 1), now, now);
  set("alpha", 2).role = SetRole::serving;
  facts.trial.reset();
  const auto decisions = look();
  ASSERT_EQ(decisions.actions.size(), 4U);
  EXPECT_TRUE(std::holds_alternative<TellServe>(decisions.actions[0]));
  EXPECT_TRUE(std::holds_alternative<TellServe>(decisions.actions[1]));
  const auto drains = all<TellDrain>(decisions);
  ASSERT_EQ(drains.size(), 2U);
  EXPECT_EQ(drains[0].kill_at, now + policy.graceful_timeout);
  EXPECT_EQ(drains[0].left, 24s) << "a second is kept for cancelling and leaving";
  EXPECT_TRUE(drains[0].heirs) << "the new ones take their connections";
}

TEST_F(Trials, OldWorkersThatHadHeirsAreToldWhenTheyHaveNoneAnyMore) {
  make_serve(seat(0, 2));
  make_serve(seat(1, 2));
  note_outgoing(set("alpha", 1), now, now);
  set("alpha", 2).role = SetRole::serving;
  facts.trial.reset();
  for (const TellDrain& drain : all<TellDrain>(look())) {
    Seat& at = *find_worker(facts, drain.worker).seat;
    note_event(at, WorkerEvent::told_drain, now);
    at.worker->kill_at = drain.kill_at;
    at.worker->has_heirs = drain.heirs;
  }
  EXPECT_TRUE(all<TellDrain>(look()).empty());
  note_stop(facts, StopPhase::graceful, now, now);
  const auto drains = all<TellDrain>(look());
  EXPECT_EQ(drains.size(), 4U);
  for (const TellDrain& drain : drains) EXPECT_FALSE(drain.heirs);
}

TEST_F(Trials, AfterARollBackTheNewSetGoes) {
  make_ready(seat(0, 2));
  spawn(seat(1, 2));
  note_outgoing(set("alpha", 2), now, now);
  facts.trial.reset();
  const auto decisions = look();
  EXPECT_EQ(all<TellDrain>(decisions).size(), 1U);
  EXPECT_EQ(all<SendKill>(decisions).size(), 1U);
  EXPECT_EQ(decisions.actions.size(), 2U);
}

TEST_F(Trials, AreRolledBackByAStop) {
  note_stop(facts, StopPhase::graceful, now, now);
  const auto back = all<RollBack>(look());
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(back[0].why, "svcd is stopping");
}

TEST_F(Supervision, WorkersOfAMasterThatIsFollowedGiveTheirConnectionsAway) {
  usual();
  facts.succeeded = true;
  note_stop(facts, StopPhase::graceful, now, now);
  const auto drains = all<TellDrain>(look());
  ASSERT_EQ(drains.size(), 2u);
  for (const TellDrain& drain : drains) EXPECT_TRUE(drain.heirs);
}

}  // namespace
}  // namespace svc
