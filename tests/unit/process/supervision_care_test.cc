// Workers that are replaced in time, passed by, or found guilty: what supervise() makes of it.
#include "supervision_support.h"

namespace svc {
namespace {

using Indices = std::vector<uint32_t>;

class SupervisionCare : public Supervision {
 protected:
  bool recycle(size_t index) {
    return note_recycling(find_worker(facts, seat(index).worker->key), now);
  }
  // The list of the one Steer that is asked for; noted, as a master would.
  std::optional<Indices> steered() {
    const auto asked = all<Steer>(look());
    if (asked.empty()) return std::nullopt;
    facts.service("alpha")->away = asked.back().away;
    facts.service("alpha")->unattended = asked.back().nobody;
    return asked.back().away;
  }
  void fault(std::optional<uint64_t> route, bool known = false) {
    note_own_fault(set("alpha"), route, known, now);
  }
};

// Recycling.

TEST_F(SupervisionCare, RecyclesByAReplacementThatServesFirst) {
  usual();
  ASSERT_TRUE(recycle(1));
  const auto spawns = all<SpawnWorker>(look());
  ASSERT_EQ(spawns.size(), 1U);
  EXPECT_EQ(spawns[0].index, 1U);
  make_ready(seat(2));
  EXPECT_TRUE(all<TellDrain>(look()).empty()) << "it has not been told to serve";
  note_event(seat(2), WorkerEvent::told_serve, now);
  const auto drains = all<TellDrain>(look());
  ASSERT_EQ(drains.size(), 1U);
  EXPECT_EQ(drains[0].worker, seat(1).worker->key);
  EXPECT_TRUE(drains[0].heirs);
}

TEST_F(SupervisionCare, ForgetsTheRecycledAndNotItsReplacement) {
  usual();
  ASSERT_TRUE(recycle(0));
  make_serve(seat(2));
  note_event(seat(0), WorkerEvent::told_drain, now);
  die(seat(0), DeathCause::asked);
  const auto forgotten = all<ForgetSeat>(look());
  ASSERT_EQ(forgotten.size(), 1U);
  EXPECT_EQ(forgotten[0].index, 0U);
  EXPECT_TRUE(all<SpawnWorker>(look()).empty());
}

TEST_F(SupervisionCare, KeepsTheOldOneWhileItsReplacementFails) {
  usual();
  ASSERT_TRUE(recycle(0));
  spawn(seat(2));
  die(seat(2), DeathCause::before_ready);
  EXPECT_TRUE(all<TellDrain>(look()).empty());
  EXPECT_EQ(all<SpawnWorker>(look()).size(), 1U);
}

TEST_F(SupervisionCare, RecyclesOnlyOnceAndOnlyWhoServes) {
  usual();
  EXPECT_TRUE(recycle(0));
  EXPECT_FALSE(recycle(0));
  note_event(seat(1), WorkerEvent::told_drain, now);
  EXPECT_FALSE(recycle(1));
}

TEST_F(SupervisionCare, BoundsHowFastAWorkerCanHaveItselfReplaced) {
  usual();
  Instant last = now;
  for (int i = 0; i < 100; ++i) {
    const size_t newest = set("alpha").seats.size() - 1;
    if (!seat(newest).worker) make_serve(seat(newest));
    ASSERT_TRUE(recycle(newest));
    last = set("alpha").seats.back().spawn_at;
  }
  EXPECT_GE(last - now, 3s);
}

TEST_F(SupervisionCare, CountsWhoStaysAndWhoIsReady) {
  usual();
  ASSERT_TRUE(recycle(0));
  EXPECT_EQ(wanted_workers(set("alpha")), 2U);
  EXPECT_EQ(ready_workers(set("alpha")), 1U);
}

// Steering.

TEST_F(SupervisionCare, SteersAwayFromAWorkerThatMissesTwoBeats) {
  usual();
  now += 2 * policy.heartbeat_interval;
  seat(0).worker->beat = now;
  EXPECT_FALSE(steered()) << "a beat may be a little late";
  now += 200ms;
  seat(0).worker->beat = now;
  EXPECT_EQ(steered(), Indices{1});
  EXPECT_FALSE(steered()) << "once";
  seat(1).worker->beat = now;
  EXPECT_EQ(steered(), Indices{});
}

TEST_F(SupervisionCare, SteersNowhereWhenAllAreSilent) {
  usual();
  now += 5s;
  EXPECT_EQ(steered(), Indices{});
  EXPECT_TRUE(facts.service("alpha")->unattended);
  EXPECT_FALSE(steered()) << "once";
  seat(0).worker->beat = now;
  EXPECT_EQ(steered(), Indices{1});
  EXPECT_FALSE(facts.service("alpha")->unattended);
}

TEST_F(SupervisionCare, TrustsNoTryOfACrashLoopBeforeItServes) {
  usual();
  const ServiceFacts& service = *facts.service("alpha");
  die(seat(0), DeathCause::own_fault);
  now += 60ms;
  die(seat(1), DeathCause::own_fault);
  now += 60ms;
  EXPECT_EQ(steered(), Indices{0});
  now += 60ms;
  EXPECT_EQ(steered(), Indices{0});
  EXPECT_TRUE(service.unattended);
  for (int tries = 0; tries < 5; ++tries) {
    for (const size_t index : {0, 1}) {
      spawn(seat(index));
      EXPECT_FALSE(steered());
      now += 30ms;
      die(seat(index), DeathCause::before_ready);
      EXPECT_FALSE(steered());
    }
    now += 10s;
    EXPECT_FALSE(steered());
  }
  make_serve(seat(1));
  EXPECT_EQ(steered(), Indices{0});
  EXPECT_FALSE(service.unattended);
  make_serve(seat(0));
  EXPECT_EQ(steered(), Indices{});
}

TEST_F(SupervisionCare, BlamesNobodyForTheTimeThatTheMasterSlept) {
  usual();
  now += 5s;
  note_overslept(facts, 5s, now);
  seat(0).worker->beat = now;
  EXPECT_FALSE(steered());
}

TEST_F(SupervisionCare, SteersAwayFromASeatThatStaysEmpty) {
  usual();
  die(seat(1), DeathCause::outside);
  EXPECT_FALSE(steered()) << "it is replaced in a moment";
  now += 100ms;
  beat_all();
  EXPECT_EQ(steered(), Indices{1});
  make_serve(seat(1));
  EXPECT_EQ(steered(), Indices{});
}

TEST_F(SupervisionCare, SteersNobodyBeforeTheStartIsOver) {
  add_service("alpha", 2);
  make_serve(seat(0));
  now += 1s;
  beat_all();
  EXPECT_FALSE(steered());
}

TEST_F(SupervisionCare, TakesARecycledWorkerForThereUntilItDrains) {
  usual();
  ASSERT_TRUE(recycle(1));
  EXPECT_FALSE(steered());
  make_serve(seat(2));
  note_event(seat(1), WorkerEvent::told_drain, now);
  EXPECT_FALSE(steered());
}

// Faults.

TEST_F(SupervisionCare, PutsARouteInQuarantineThatKillsAgainAndAgain) {
  usual();
  fault(7);
  fault(7);
  EXPECT_TRUE(all<Quarantine>(look()).empty());
  fault(8);
  EXPECT_TRUE(all<Quarantine>(look()).empty());
  fault(7);
  const auto asked = all<Quarantine>(look());
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].route, 7U);
  EXPECT_EQ(asked[0].generation, 1U);
  note_quarantined(set("alpha"), 7);
  EXPECT_TRUE(all<Quarantine>(look()).empty());
  note_released(set("alpha"), 7);
  EXPECT_TRUE(all<Quarantine>(look()).empty()) << "a new chance is one";
}

TEST_F(SupervisionCare, ForgivesARouteThatKillsSeldom) {
  usual();
  for (int i = 0; i < 10; ++i) {
    fault(7);
    now += 31s;
    beat_all();
    EXPECT_TRUE(all<Quarantine>(look()).empty());
  }
}

TEST_F(SupervisionCare, RemembersABoundedNumberOfRoutes) {
  usual();
  for (uint64_t route = 0; route < 1'000; ++route) fault(route);
  EXPECT_LE(set("alpha").faults.size(), 64U);
}

TEST_F(SupervisionCare, RestoresTheLastGoodGenerationWhenTheNewOneCrashesAtOnce) {
  usual();
  set("alpha").on_probation_since = now;
  for (unsigned i = 0; i < kProbationDeaths; ++i) {
    EXPECT_TRUE(all<Restore>(look()).empty());
    now += 1s;
    beat_all();
    fault(3);
  }
  const auto asked = all<Restore>(look());
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].service, "alpha");
  EXPECT_TRUE(all<Quarantine>(look()).empty()) << "the generation is blamed, not the route";
  facts.reloading = true;
  EXPECT_TRUE(all<Restore>(look()).empty()) << "what comes may be better still";
}

TEST_F(SupervisionCare, RestoresOneServiceAtATime) {
  usual();
  add_service("beta", 1);
  make_serve(seat(0, 1, "beta"));
  for (const char* name : {"alpha", "beta"}) {
    set(name).on_probation_since = now;
    set(name).probation_deaths = kProbationDeaths;
  }
  EXPECT_EQ(all<Restore>(look()).size(), 1U);
}

TEST_F(SupervisionCare, BlamesNobodyOfAGenerationThatIsGivenUp) {
  usual();
  set("alpha").given_up = true;
  for (int i = 0; i < 3; ++i) fault(3);
  const Decisions decisions = look();
  EXPECT_TRUE(all<Quarantine>(decisions).empty());
  EXPECT_TRUE(all<Restore>(decisions).empty());
}

// A worker that is started in the same look knows of it.
TEST_F(SupervisionCare, DecidesAboutARouteBeforeTheNextVictimIsStarted) {
  usual();
  for (int i = 0; i < 3; ++i) fault(3);
  die(seat(0), DeathCause::own_fault);
  const Decisions decisions = look();
  ASSERT_GE(decisions.actions.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<Quarantine>(decisions.actions[0]));
  EXPECT_TRUE(std::holds_alternative<SpawnWorker>(decisions.actions[1]));
}

TEST_F(SupervisionCare, LeavesAGenerationAloneThatHasServedThroughItsProbation) {
  usual();
  set("alpha").on_probation_since = now;
  now += kProbation;
  beat_all();
  for (int i = 0; i < 10; ++i) fault({});
  EXPECT_TRUE(all<Restore>(look()).empty());
}

TEST_F(SupervisionCare, BlamesNoGenerationForARouteThatKilledTheFormerOne) {
  usual();
  set("alpha").on_probation_since = now;
  for (int i = 0; i < 3; ++i) fault(3, true);
  EXPECT_TRUE(all<Restore>(look()).empty());
  EXPECT_EQ(all<Quarantine>(look()).size(), 1U);
}

// Stops.

TEST_F(SupervisionCare, AnAnnouncedStopDrainsNobodyAndReplacesWhoDies) {
  usual();
  note_stop(facts, StopPhase::announced, now, now);
  EXPECT_TRUE(look().actions.empty());
  EXPECT_EQ(state_of(facts, facts.services[0]), ServiceState::draining);
  die(seat(0), DeathCause::outside);
  EXPECT_EQ(all<SpawnWorker>(look()).size(), 1U);
  note_stop(facts, StopPhase::graceful, now, now);
  EXPECT_EQ(all<TellDrain>(look()).size(), 1U);
}

TEST_F(SupervisionCare, DrainsTheServiceThatTellsHowTheOthersDoLast) {
  usual();
  policy.drains_last = true;
  add_service("admin", 1);
  make_serve(seat(0, 1, "admin"));
  note_stop(facts, StopPhase::graceful, now, now);
  EXPECT_EQ(all<TellDrain>(look()).size(), 2U);
  for (const size_t index : {0, 1}) {
    note_event(seat(index), WorkerEvent::told_drain, now);
    EXPECT_TRUE(all<DrainLast>(look()).empty());
    die(seat(index), DeathCause::asked);
  }
  facts.service("alpha")->sets.clear();
  EXPECT_EQ(all<DrainLast>(look()).size(), 1U);
  note_last_stop(facts, now, now);
  EXPECT_TRUE(all<DrainLast>(look()).empty());
  const auto drains = all<TellDrain>(look());
  ASSERT_EQ(drains.size(), 1U);
  EXPECT_EQ(drains[0].worker, seat(0, 1, "admin").worker->key);
}

TEST_F(SupervisionCare, AStopAtOnceWaitsForNobody) {
  usual();
  policy.drains_last = true;
  add_service("admin", 1);
  make_serve(seat(0, 1, "admin"));
  note_stop(facts, StopPhase::now, now, now);
  EXPECT_EQ(all<TellDrain>(look()).size(), 3U);
}

}  // namespace
}  // namespace svc
