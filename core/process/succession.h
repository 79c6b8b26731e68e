// succession.h — what passes between a master and the one that it has started to follow it.
//
//   old                                        new (exec'd, with everything inherited)
//    │ ─── line, pid file, stores, … ────────►  │ loads, adopts, boots into standby
//    │ ◄── progress, ready | failed ─────────── │
//    │ ─── go (MAINPID has been told) ────────► │ pid file, control socket; its workers serve
//    │ ◄── done ─────────────────────────────── │
//    │ its workers drain; it leaves             │ (the line's end: all of that is over)
//
// Why by environment: descriptors keep their numbers over execve(2), and a variable is what the new
// program, whatever its version, can read before anything else. It is unset once it has been read.
//
// Process: both masters.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/process/channel.h"

namespace svc {

inline constexpr const char* kSuccessionVariable = "SVCD_SUCCESSION";

// What a successor inherits, as descriptors.
struct Inheritance {
  Channel line;
  Fd pid_file;             // Locked.
  Fd init;                 // Where init hears who the master is; none if we don't run under it.
  std::vector<Fd> stores;  // Reading ends (estate.h).
};

// "line=7 pid=5 init=6 store=8 store=9"
struct InheritanceNumbers {
  static constexpr size_t kStoresMax = 1024;
  int line = -1, pid_file = -1, init = -1;
  std::vector<int> stores;

  std::string write() const;
  static Result<InheritanceNumbers> parse(std::string_view text);  // Errors: invalid_argument.
};

// nullopt: nobody has started us to follow. Errors: invalid_argument, bad_file_descriptor.
SVC_API Result<std::optional<Inheritance>> take_inheritance();

}  // namespace svc
