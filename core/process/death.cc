#include "core/process/death.h"

#include <fmt/core.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>

#include "core/base/check.h"

namespace svc {
namespace {

constexpr std::array kTable = {
    DeathRow{DeathCause::before_ready, "before ready", Respawn::backoff, true},
    DeathRow{DeathCause::own_fault, "own fault", Respawn::budget, true},
    DeathRow{DeathCause::outside, "killed from outside", Respawn::at_once, false},
    DeathRow{DeathCause::asked, "asked to", Respawn::none, false},
};

// Signals by which the kernel or the C library ends a process for what it did.
constexpr std::array kFaults = {SIGSEGV, SIGBUS, SIGFPE,  SIGILL, SIGABRT,
                                SIGTRAP, SIGSYS, SIGXCPU, SIGXFSZ};

bool by_itself(const Death& death) noexcept {
  if (!WIFSIGNALED(death.status)) return true;  // It left of its own accord.
  const int signal = WTERMSIG(death.status);
  if (std::find(kFaults.begin(), kFaults.end(), signal) == kFaults.end()) return false;
  const bool sent = death.words.signal == signal && death.words.code <= 0;
  return !sent || death.words.sender == death.pid || death.words.sender == 0;
}

}  // namespace

const DeathRow& death_row(DeathCause cause) noexcept {
  const DeathRow& row = kTable[static_cast<size_t>(cause)];
  SVC_CHECK(row.cause == cause);
  return row;
}

DeathCause cause_of(const Death& death) noexcept {
  if (death.was_asked) return DeathCause::asked;
  if (!death.was_ready) return DeathCause::before_ready;
  if (death.was_killed) return DeathCause::own_fault;
  return by_itself(death) ? DeathCause::own_fault : DeathCause::outside;
}

std::string signal_name(int signal) {
  if (const char* short_name = ::sigabbrev_np(signal)) return fmt::format("SIG{}", short_name);
  if (signal >= SIGRTMIN && signal <= SIGRTMAX)
    return fmt::format("SIGRTMIN+{}", signal - SIGRTMIN);
  return fmt::format("signal {}", signal);
}

std::string status_text(int status) {
  if (WIFSIGNALED(status)) return signal_name(WTERMSIG(status));
  return fmt::format("exit status {}", WEXITSTATUS(status));
}

}  // namespace svc
