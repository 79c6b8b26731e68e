// open_below.h — files of one folder, and of no other.
//
// The kernel holds the wall (openat2(2), RESOLVE_BENEATH), so no race between a look and an open
// can be won. Where it can't (older than 5.6, or a seccomp filter in the way) the path is walked
// segment by segment, each opened without following links, which are then followed by hand.
//
// A thing is first opened as a name (O_PATH), which does nothing to it: a FIFO is not waited for, a
// device is not told. Only a regular file is then opened to be read.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>

#include "core/base/fd.h"
#include "core/base/result.h"

namespace svc {

enum class Symlinks : uint8_t {
  never,
  inside,    // Relative ones that stay in the folder on each of their steps.
  anywhere,  // Wherever they lead: who can write into the folder decides what is served.
};

struct Found {
  Fd name;  // O_PATH
  struct stat facts {};
  bool is_folder() const noexcept { return S_ISDIR(facts.st_mode); }
  bool is_file() const noexcept { return S_ISREG(facts.st_mode); }
};

// `relative` below the folder `root`; empty: the folder itself. Errors: what openat2(2) says, with
// EXDEV for a way out and ELOOP for a link that is not to be followed.
Result<Found> find_below(int root, const std::string& relative, Symlinks symlinks);

// To read it. REQUIRES: found.is_file(). Errors: what open(2) says.
Result<Fd> open_found(const Found& found);

// find_below() as it goes where there is no openat2(2).
Result<Fd> walk_below(int root, const std::string& relative, bool follow);

}  // namespace svc
