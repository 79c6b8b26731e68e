// chaos.h — the parts of the chaos service.
#pragma once

#include <svc/svc.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace chaos {

// Options boot_delay_ms and boot_fail ("throw", "exit", "crash", "hang"): how a worker's boot goes.
// boot_fail_while: it only fails as long as this file exists.
void prepare_boot(svc::App& app);

// Dies as services die: SEGV, BUS, FPE, ILL, TRAP by the instruction that causes it, ABRT by
// abort(3), others sent to itself. "SEGV", "SIGSEGV", "11". Throws Problem 422 for what is none.
void crash(const std::string& signal);

// Recursion without an end.
size_t overflow_stack(size_t depth);

// From now on, until its process ends: writes over everything that it shares with others and sends
// nonsense over every packet socket that it has. `pid` is among what it writes.
void turn_hostile(uint64_t pid);

}  // namespace chaos
