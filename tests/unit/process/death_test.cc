#include "core/process/death.h"

#include <gtest/gtest.h>
#include <signal.h>

namespace svc {
namespace {

constexpr pid_t kPid = 412;
int exited(int status) { return status << 8; }  // As wait(2) encodes it on Linux.
int killed(int signal) { return signal; }

Death ready_death(int status) {
  Death death;
  death.status = status;
  death.pid = kPid;
  death.was_ready = true;
  return death;
}

Death with_words(int signal, int code, int64_t sender) {
  Death death = ready_death(killed(signal));
  death.words.signal = signal;
  death.words.code = code;
  death.words.sender = sender;
  return death;
}

TEST(Death, BeforeReadyIsOneCauseWhateverItWas) {
  for (const int status : {exited(0), exited(3), killed(SIGSEGV), killed(SIGKILL)}) {
    Death death = ready_death(status);
    death.was_ready = false;
    EXPECT_EQ(cause_of(death), DeathCause::before_ready);
    death.was_killed = true;  // boot_timeout
    EXPECT_EQ(cause_of(death), DeathCause::before_ready);
  }
}

TEST(Death, ThatWasAskedForIsNobodysFault) {
  for (const int status : {exited(0), exited(3), killed(SIGSEGV), killed(SIGKILL)}) {
    Death death = ready_death(status);
    death.was_asked = true;
    EXPECT_EQ(cause_of(death), DeathCause::asked);
    death.was_ready = false;
    EXPECT_EQ(cause_of(death), DeathCause::asked);
  }
}

TEST(Death, ByLeavingUnaskedIsOnesOwnFault) {
  EXPECT_EQ(cause_of(ready_death(exited(0))), DeathCause::own_fault);
  EXPECT_EQ(cause_of(ready_death(exited(7))), DeathCause::own_fault);
}

TEST(Death, ByAKernelSentSignalIsOnesOwnFault) {
  EXPECT_EQ(cause_of(with_words(SIGSEGV, SEGV_MAPERR, 0)), DeathCause::own_fault);
  EXPECT_EQ(cause_of(with_words(SIGFPE, FPE_INTDIV, 0)), DeathCause::own_fault);
}

TEST(Death, ByAbortOrRaiseIsOnesOwnFault) {
  EXPECT_EQ(cause_of(with_words(SIGABRT, SI_TKILL, kPid)), DeathCause::own_fault);
  EXPECT_EQ(cause_of(with_words(SIGSEGV, SI_USER, kPid)), DeathCause::own_fault);
}

TEST(Death, WithoutWordsOfAFaultSignalIsOnesOwnFault) {
  EXPECT_EQ(cause_of(ready_death(killed(SIGSEGV))), DeathCause::own_fault);
}

TEST(Death, BySomebodyElsesSignalIsFromOutside) {
  EXPECT_EQ(cause_of(with_words(SIGSEGV, SI_USER, 1)), DeathCause::outside);
  EXPECT_EQ(cause_of(ready_death(killed(SIGKILL))), DeathCause::outside);
  EXPECT_EQ(cause_of(ready_death(killed(SIGTERM))), DeathCause::outside);
}

TEST(Death, ByOurOwnSignalForSilenceIsItsFault) {
  for (const int signal : {SIGABRT, SIGKILL}) {
    Death death = ready_death(killed(signal));
    death.was_killed = true;
    EXPECT_EQ(cause_of(death), DeathCause::own_fault);
  }
}

TEST(Death, WordsAboutAnotherSignalDoNotCount) {
  Death death = with_words(SIGSEGV, SI_USER, 1);
  death.status = killed(SIGBUS);
  EXPECT_EQ(cause_of(death), DeathCause::own_fault);
}

TEST(Death, HasOneRowForEachCause) {
  EXPECT_EQ(death_row(DeathCause::before_ready).respawn, Respawn::backoff);
  EXPECT_EQ(death_row(DeathCause::own_fault).respawn, Respawn::budget);
  EXPECT_EQ(death_row(DeathCause::outside).respawn, Respawn::at_once);
  EXPECT_EQ(death_row(DeathCause::asked).respawn, Respawn::none);
  EXPECT_TRUE(death_row(DeathCause::before_ready).fails_generation);
  EXPECT_FALSE(death_row(DeathCause::outside).fails_generation);
}

TEST(Death, IsToldAsPeopleKnowIt) {
  EXPECT_EQ(status_text(killed(SIGSEGV)), "SIGSEGV");
  EXPECT_EQ(status_text(exited(3)), "exit status 3");
  EXPECT_EQ(signal_name(SIGRTMIN + 2), "SIGRTMIN+2");
  EXPECT_EQ(signal_name(4711), "signal 4711");
}

}  // namespace
}  // namespace svc
