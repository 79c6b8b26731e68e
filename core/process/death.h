// death.h — why a worker died, and what follows from it: one table (DESIGN, Causes of death).
//
//   cause          how it shows                                         respawn    counts for
//   before_ready   it had not reported ready                            back-off   roll-back
//   own_fault      kernel-sent signal, abort, exit, silence, life-line  budget     crash loop
//   outside        a signal that another process sent, SIGKILL          at once    nothing
//   asked          it had been told to end                              none       nothing
//
// Process: the master. What the worker says about its own death (last words) is a claim and only
// ever decides about its own successor.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "core/process/last_words.h"

namespace svc {

enum class DeathCause : uint8_t { before_ready, own_fault, outside, asked };
enum class Respawn : uint8_t { backoff, budget, at_once, none };

struct DeathRow {
  DeathCause cause;
  std::string_view name;
  Respawn respawn;
  bool fails_generation;  // A generation with such a death before its promotion is rolled back.
};
const DeathRow& death_row(DeathCause cause) noexcept;

struct Death {
  int status = 0;           // As waitpid(2) tells.
  pid_t pid = 0;            // Of the dead.
  bool was_ready = false;   // Had reported ready.
  bool was_asked = false;   // Had been told to drain, or belonged to what is being ended.
  bool was_killed = false;  // By us, for silence: aborting or killing.
  LastWords words;          // Empty: it said nothing.
};

DeathCause cause_of(const Death& death) noexcept;

// "SIGSEGV", "exit status 3", "SIGKILL"; "SIGRTMIN+2" for what has no name of its own.
std::string status_text(int status);
std::string signal_name(int signal);

}  // namespace svc
