// fault_gate.h — what sys.cc asks before each call when it is compiled as svc_sys_faulty.
//
// Only sys.cc includes it. Tests and sweeps say what is to fail through fault.h.
#pragma once

namespace svc::sys {

struct Gate {
  // Counts the call; true if it is the one that is to fail, with errno set. Any thread, and signal
  // handlers: only atomics.
  static bool fails(const char* name, int usual_error) noexcept;
};

}  // namespace svc::sys
