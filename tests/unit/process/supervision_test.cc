#include "core/process/supervision.h"

#include "supervision_support.h"

namespace svc {
namespace {

// Booting.

TEST_F(Supervision, SpawnsAWorkerForEachEmptySeat) {
  add_service("alpha", 3);
  const auto spawns = all<SpawnWorker>(look());
  ASSERT_EQ(spawns.size(), 3U);
  EXPECT_EQ(spawns[2].service, "alpha");
  EXPECT_EQ(spawns[2].index, 2U);
  EXPECT_EQ(spawns[2].generation, 1U);
}

TEST_F(Supervision, AsksForNothingTwice) {
  usual();
  EXPECT_TRUE(look().actions.empty());
}

TEST_F(Supervision, LetsAReadyWorkerServeAtOnceInAServingSet) {
  add_service("alpha", 1);
  make_ready(seat());
  const auto told = all<TellServe>(look());
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].worker, last_key);
}

TEST_F(Supervision, AnnouncesOnceEveryServiceServes) {
  add_service("alpha", 2);
  add_service("beta", 1);
  make_serve(seat(0));
  make_serve(seat(1));
  EXPECT_TRUE(all<Announce>(look()).empty());
  make_serve(seat(0, 1, "beta"));
  EXPECT_EQ(all<Announce>(look()).size(), 1U);
  facts.announced = true;
  EXPECT_TRUE(look().actions.empty());
}

TEST_F(Supervision, AbortsAWorkerThatIsNotReadyInTime) {
  add_service("alpha", 1);
  spawn(seat());
  now += policy.boot_timeout - 1ns;
  EXPECT_TRUE(look().actions.empty());
  EXPECT_EQ(look().look_again, kStart + policy.boot_timeout);
  now += 1ns;
  const auto aborts = all<SendAbort>(look());
  ASSERT_EQ(aborts.size(), 1U);
  EXPECT_EQ(aborts[0].why, "not ready within boot_timeout, 30s");
}

TEST_F(Supervision, KillsAWorkerThatSurvivesAnAbort) {
  add_service("alpha", 1);
  spawn(seat());
  note_event(seat(), WorkerEvent::sent_abort, now);
  EXPECT_TRUE(look().actions.empty());
  now += 500ms;
  EXPECT_EQ(all<SendKill>(look()).size(), 1U);
}

TEST_F(Supervision, GivesUpAtOnceWhenSomebodyWaitsAndOneServiceFails) {
  facts.strict_boot = true;
  add_service("alpha", 1);
  add_service("beta", 1);
  make_serve(seat());
  spawn(seat(0, 1, "beta"));
  die(seat(0, 1, "beta"), DeathCause::before_ready);
  EXPECT_TRUE(look().actions.empty()) << "the death has not been explained yet";
  note_failure(facts, *facts.service("beta"), SetRole::serving, "no database", now);
  const auto up = all<GiveUp>(look());
  ASSERT_EQ(up.size(), 1U);
  EXPECT_EQ(up[0].why, "no database");
}

TEST_F(Supervision, GoesOnWithoutAServiceThatFailsWhenNobodyWaits) {
  add_service("alpha", 1);
  add_service("beta", 1);
  spawn(seat(0, 1, "beta"));
  die(seat(0, 1, "beta"), DeathCause::before_ready);
  note_failure(facts, *facts.service("beta"), SetRole::serving, "no database", now);
  EXPECT_TRUE(all<GiveUp>(look()).empty());
  EXPECT_TRUE(all<Announce>(look()).empty()) << "alpha may still come";
  make_serve(seat());
  EXPECT_EQ(all<Announce>(look()).size(), 1U);
  EXPECT_EQ(all<SpawnWorker>(look()).size(), 1U) << "beta is tried again";
}

TEST_F(Supervision, GivesUpWhenEveryServiceHasFailed) {
  add_service("alpha", 1);
  spawn(seat());
  die(seat(), DeathCause::before_ready);
  note_failure(facts, facts.services[0], SetRole::serving, "no database", now);
  EXPECT_EQ(all<GiveUp>(look()).size(), 1U);
}

TEST_F(Supervision, AnnouncesAMasterWithoutServices) {
  EXPECT_EQ(all<Announce>(look()).size(), 1U);
}

// Deaths.

TEST_F(Supervision, ReplacesAKilledWorkerAtOnce) {
  usual();
  die(seat(1), DeathCause::outside);
  const auto spawns = all<SpawnWorker>(look());
  ASSERT_EQ(spawns.size(), 1U);
  EXPECT_EQ(spawns[0].index, 1U);
}

TEST_F(Supervision, BacksOffFromAWorkerThatNeverGetsReady) {
  usual();
  std::vector<Duration> waits;
  die(seat(), DeathCause::outside);
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(all<SpawnWorker>(look()).size(), 1U);
    spawn(seat());
    die(seat(), DeathCause::before_ready);
    beat_all();
    const Instant died = now;
    while (all<SpawnWorker>(look()).empty()) {
      now = look().look_again;
      beat_all();
    }
    waits.push_back(now - died);
  }
  EXPECT_EQ(waits, (std::vector<Duration>{0s, 500ms, 1s, 2s, 4s}));
}

TEST_F(Supervision, ForgivesFailuresAfterHealth) {
  usual();
  seat().failures = 5;
  now += policy.backoff_reset;
  die(seat(), DeathCause::outside);
  EXPECT_EQ(seat().failures, 0U);
}

TEST_F(Supervision, RemembersFailuresOfAWorkerThatWasHealthyOnlyForAMoment) {
  usual();
  seat().failures = 5;
  now += policy.backoff_reset - 1ms;
  die(seat(), DeathCause::own_fault);
  EXPECT_EQ(seat().failures, 5U);
}

TEST_F(Supervision, ReplacesCrashedWorkersAtOnceThroughABudget) {
  usual();
  int at_once = 0;
  for (int i = 0; i < 100; ++i) {
    die(seat(), DeathCause::own_fault);
    if (seat().spawn_at > now) break;
    ++at_once;
    make_serve(seat());
  }
  EXPECT_EQ(at_once, RespawnBudget::kBurst);
  EXPECT_TRUE(all<SpawnWorker>(look()).empty());
  now += 50ms;
  EXPECT_EQ(all<SpawnWorker>(look()).size(), 1U);
}

TEST_F(Supervision, OneServicesBudgetIsNotAnothers) {
  usual();
  add_service("beta", 1);
  make_serve(seat(0, 1, "beta"));
  for (int i = 0; i < 50; ++i) facts.services[0].budget.take(now);
  die(seat(0, 1, "beta"), DeathCause::own_fault);
  EXPECT_EQ(all<SpawnWorker>(look()).size(), 1U);
}

// Silence.

TEST_F(Supervision, AbortsAWorkerThatIsSilentForTooLong) {
  usual();
  now += policy.heartbeat_timeout - 1ns;
  seat(1).worker->beat = now;
  EXPECT_TRUE(all<SendAbort>(look()).empty());
  now += 1ns;
  const auto aborts = all<SendAbort>(look());
  ASSERT_EQ(aborts.size(), 1U);
  EXPECT_EQ(aborts[0].worker, seat(0).worker->key);
  EXPECT_EQ(aborts[0].why, "no sign of life for heartbeat_timeout, 10s");
}

TEST_F(Supervision, DoesNotBlameAWorkerThatHasNeverBeatenBeforeItWasReady) {
  add_service("alpha", 1);
  facts.announced = true;
  spawn(seat());
  now += 25s;  // Boots long, without a beat.
  note_event(seat(), WorkerEvent::reported_ready, now);
  seat().worker->beat = Instant{};
  note_event(seat(), WorkerEvent::told_serve, now);
  EXPECT_TRUE(look().actions.empty());
  now += policy.heartbeat_timeout;
  EXPECT_EQ(all<SendAbort>(look()).size(), 1U);
}

TEST_F(Supervision, BelievesNoBeatFromTheFuture) {
  usual();
  seat(0).worker->beat = Instant::max();
  EXPECT_TRUE(look().actions.empty());
  EXPECT_LT(look().look_again, Instant::max());
}

TEST_F(Supervision, ASilentWorkerIsReplacedWithinASecondOfTheTimeout) {
  usual();
  const Instant stopped = now;
  for (Instant replaced = Instant::max(); replaced == Instant::max();) {
    const Decisions decisions = look();
    for (const auto& it : all<Steer>(decisions)) {
      facts.service(it.service)->away = it.away;
      facts.service(it.service)->unattended = it.nobody;
    }
    for (const auto& it : all<SendAbort>(decisions))
      note_event(*find_worker(facts, it.worker).seat, WorkerEvent::sent_abort, now);
    for (const auto& it : all<SendKill>(decisions)) {
      note_event(*find_worker(facts, it.worker).seat, WorkerEvent::sent_kill, now);
      die(*find_worker(facts, it.worker).seat, DeathCause::own_fault);
    }
    if (!all<SpawnWorker>(decisions).empty()) replaced = now;
    if (decisions.actions.empty()) now = decisions.look_again;
    if (seat(1).worker) seat(1).worker->beat = now;
    ASSERT_LT(now, stopped + 1min);
  }
  EXPECT_LE(now - stopped, policy.heartbeat_timeout + 1s);
}

TEST_F(Supervision, AbortsAHandlerThatHoldsTheLoopForLongerThanARequestMayTake) {
  policy.request_timeout = 2s;
  usual();
  seat().worker->running_since = now;
  now += 2s - 1ns;
  seat(1).worker->beat = now;
  EXPECT_TRUE(look().actions.empty());
  now += 1ns;
  const auto aborts = all<SendAbort>(look());
  ASSERT_EQ(aborts.size(), 1U);
  EXPECT_EQ(aborts[0].why, "a handler has held the loop for 2s");
}

TEST_F(Supervision, AHandlerMayHoldTheLoopForTheHeartbeatTimeoutAtMost) {
  policy.request_timeout = 1h;
  usual();
  now += 1s;
  beat_all();
  seat().worker->running_since = now;
  now += policy.heartbeat_timeout;
  seat(1).worker->beat = now;
  ASSERT_EQ(all<SendAbort>(look()).size(), 1U);
}

TEST_F(Supervision, ARequestThatRunsLongWhileTheLoopTurnsIsNoStuckHandler) {
  policy.request_timeout = 2s;
  usual();
  seat().worker->running_since = now;
  for (int i = 0; i < 100; ++i) {
    now += 1s;
    beat_all();
    ASSERT_TRUE(look().actions.empty());
  }
}

TEST_F(Supervision, LooksOftenEnoughToCatchAHandlerThatJustBegan) {
  usual();
  EXPECT_LE(look().look_again, now + 500ms);
}

TEST_F(Supervision, BlamesNobodyForTheTimeThatTheMasterSlept) {
  usual();
  spawn(add_service("beta", 1).sets[0].seats[0]);
  seat().worker->running_since = now;
  const Instant planned = look().look_again;
  now += 60s;
  const Duration by = overslept(facts, planned, now);
  EXPECT_GT(by, 59s);
  note_overslept(facts, by, now);
  EXPECT_TRUE(all<SendAbort>(look()).empty());
  EXPECT_TRUE(all<SendKill>(look()).empty());
  now += policy.heartbeat_timeout;  // But from here on they are awake, too.
  EXPECT_EQ(all<SendAbort>(look()).size(), 2U);
}

TEST_F(Supervision, ALittleLateIsNotAsleep) {
  usual();
  EXPECT_EQ(overslept(facts, now, now + 900ms), 0s);
  EXPECT_EQ(overslept(facts, now + 1h, now), 0s);
  EXPECT_EQ(overslept(facts, now, now + 1s), 1s);
  facts.services[0].sets[0].policy.heartbeat_timeout = 600ms;
  EXPECT_EQ(overslept(facts, now, now + 300ms), 300ms);
}

TEST_F(Supervision, SleepMovesDeadlinesOfDrainsAndAborts) {
  usual();
  note_outgoing(set("alpha"), now, now);
  note_event(seat(0), WorkerEvent::told_drain, now);
  seat(0).worker->kill_at = now + policy.graceful_timeout;
  note_event(seat(1), WorkerEvent::sent_abort, now);
  now += 10min;
  note_overslept(facts, 10min, now);
  EXPECT_TRUE(look().actions.empty());
}

TEST_F(Supervision, KillsAWorkerThatLivesOnWithoutItsChannel) {
  usual();
  seat().worker->lost_at = now;
  EXPECT_TRUE(look().actions.empty()) << "usually it is dead, and reaped in a moment";
  now += 1s;
  beat_all();
  const auto kills = all<SendKill>(look());
  ASSERT_EQ(kills.size(), 1U);
  EXPECT_EQ(kills[0].why, "it has closed its channel");
}

// A kill(2) may fail, and the kernel may hold a worker for a while.
TEST_F(Supervision, KillsAgainWhatLivesOnAfterItWasKilled) {
  usual();
  note_event(seat(), WorkerEvent::sent_kill, now);
  EXPECT_TRUE(all<SendKill>(look()).empty());
  now += 2s;
  beat_all();
  EXPECT_EQ(all<SendKill>(look()).size(), 1U);
  note_event(seat(), WorkerEvent::sent_kill, now);
  EXPECT_TRUE(all<SendKill>(look()).empty()) << "not at every look";
}

// Drains.

TEST_F(Supervision, OldWorkersAcceptForAMomentWhenAnAddressRetires) {
  usual();
  note_outgoing(set("alpha"), now, now + 50ms);
  EXPECT_TRUE(look().actions.empty());
  EXPECT_EQ(look().look_again, now + 50ms);
  now += 50ms;
  EXPECT_EQ(all<TellDrain>(look()).size(), 2U);
}

TEST_F(Supervision, KillsWhatHasNotDrainedInTime) {
  usual();
  note_outgoing(set("alpha"), now, now);
  for (const auto& it : all<TellDrain>(look())) {
    Seat& at = *find_worker(facts, it.worker).seat;
    note_event(at, WorkerEvent::told_drain, now);
    at.worker->kill_at = it.kill_at;
  }
  now += policy.graceful_timeout - 1ns;
  beat_all();
  EXPECT_TRUE(look().actions.empty());
  now += 1ns;
  EXPECT_EQ(all<SendKill>(look()).size(), 2U);
}

TEST_F(Supervision, RespawnsNothingInAnOutgoingSet) {
  usual();
  note_outgoing(set("alpha"), now, now + 1h);
  die(seat(0), DeathCause::own_fault);
  EXPECT_TRUE(all<SpawnWorker>(look()).empty());
}

TEST_F(Supervision, ForgetsASetWhoseLastWorkerIsGone) {
  usual();
  note_outgoing(set("alpha"), now, now);
  die(seat(0), DeathCause::asked);
  EXPECT_TRUE(all<ForgetSet>(look()).empty());
  die(seat(1), DeathCause::asked);
  const auto forget = all<ForgetSet>(look());
  ASSERT_EQ(forget.size(), 1U);
  EXPECT_EQ(forget[0].generation, 1U);
}

TEST_F(Supervision, ADrainingWorkerMustStillBeat) {
  usual();
  note_outgoing(set("alpha"), now, now);
  note_event(seat(0), WorkerEvent::told_drain, now);
  note_event(seat(1), WorkerEvent::told_drain, now);
  now += policy.heartbeat_timeout;
  seat(1).worker->beat = now;
  EXPECT_EQ(all<SendAbort>(look()).size(), 1U);
}

TEST_F(Supervision, DrainsASeatThatLeavesAndForgetsIt) {
  usual();
  seat(1).leaving = true;
  ASSERT_EQ(all<TellDrain>(look()).size(), 1U);
  note_event(seat(1), WorkerEvent::told_drain, now);
  die(seat(1), DeathCause::asked);
  const auto decisions = look();
  EXPECT_EQ(all<ForgetSeat>(decisions).size(), 1U);
  EXPECT_TRUE(all<SpawnWorker>(decisions).empty());
}

// The end.

TEST_F(Supervision, StopsInOrder) {
  usual();
  note_stop(facts, StopPhase::graceful, now, now + 50ms);
  EXPECT_TRUE(look().actions.empty()) << "clients who are half-way in are let in first";
  now += 50ms;
  const auto drains = all<TellDrain>(look());
  ASSERT_EQ(drains.size(), 2U);
  EXPECT_EQ(drains[0].kill_at, kStart + policy.graceful_timeout) << "bounded from the signal on";
  for (auto& at : set("alpha").seats) note_event(at, WorkerEvent::told_drain, now);
  for (auto& at : set("alpha").seats) die(at, DeathCause::asked);
  EXPECT_EQ(all<ForgetSet>(look()).size(), 1U);
  facts.services[0].sets.clear();
  EXPECT_EQ(all<Leave>(look()).size(), 1U);
}

TEST_F(Supervision, ASecondStopHurriesThoseThatDrain) {
  usual();
  note_stop(facts, StopPhase::graceful, now, now);
  for (auto& at : set("alpha").seats) {
    note_event(at, WorkerEvent::told_drain, now);
    at.worker->kill_at = now + policy.graceful_timeout;
  }
  now += 1s;
  beat_all();
  note_stop(facts, StopPhase::now, now, now);
  const auto again = all<TellDrain>(look());
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(again[0].left, 0ms);
  EXPECT_LE(again[0].kill_at - now, 1s);
  for (const auto& it : again) {
    Seat& at = *find_worker(facts, it.worker).seat;
    note_event(at, WorkerEvent::told_drain, now);
    at.worker->kill_at = it.kill_at;
  }
  EXPECT_TRUE(look().actions.empty()) << "told once";
  now += 500ms;
  EXPECT_EQ(all<SendKill>(look()).size(), 2U);
}

TEST_F(Supervision, StopKillsWorkersThatStillBoot) {
  add_service("alpha", 1);
  spawn(seat());
  note_stop(facts, StopPhase::graceful, now, now + 50ms);
  EXPECT_EQ(all<SendKill>(look()).size(), 1U);
}

TEST_F(Supervision, AGracefulTimeoutOfZeroStillEnds) {
  policy.graceful_timeout = 0s;
  usual();
  note_stop(facts, StopPhase::graceful, now, now);
  const auto drains = all<TellDrain>(look());
  ASSERT_EQ(drains.size(), 2U);
  EXPECT_EQ(drains[0].left, 0ms);
}

TEST_F(Supervision, AStopIsNeverTakenBack) {
  usual();
  note_stop(facts, StopPhase::now, now, now);
  note_stop(facts, StopPhase::graceful, now, now + 1h);
  EXPECT_EQ(facts.stop, StopPhase::now);
  EXPECT_EQ(all<TellDrain>(look()).size(), 2U);
}

// States of services.

TEST_F(Supervision, TellsTheStateOfAService) {
  ServiceFacts& alpha = add_service("alpha", 2);
  EXPECT_EQ(state_of(facts, alpha), ServiceState::booting);
  make_serve(seat(0));
  make_serve(seat(1));
  EXPECT_EQ(state_of(facts, alpha), ServiceState::ready);
  facts.announced = true;
  die(seat(1), DeathCause::outside);
  EXPECT_EQ(state_of(facts, alpha), ServiceState::degraded);
  for (int i = 0; i < 2; ++i) {
    spawn(seat(1));
    die(seat(1), DeathCause::before_ready);
  }
  EXPECT_EQ(state_of(facts, alpha), ServiceState::crash_loop);
  alpha.sets.push_back(make_set(2, SetRole::incoming, 1, policy));
  EXPECT_EQ(state_of(facts, facts.services[0]), ServiceState::reloading);
  note_stop(facts, StopPhase::graceful, now, now);
  EXPECT_EQ(state_of(facts, facts.services[0]), ServiceState::draining);
}

TEST_F(Supervision, AServiceThatCameUpAgainIsNoLongerInACrashLoop) {
  usual();
  seat().failures = 7;
  EXPECT_EQ(state_of(facts, facts.services[0]), ServiceState::ready);
}

}  // namespace
}  // namespace svc
