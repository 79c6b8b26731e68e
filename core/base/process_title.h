// process_title.h — what ps(1) shows: "svcd: master [shop]", "svcd: users worker 0 gen 3".
//
// Why: with several workers of several generations, whoever looks at a machine must be able to
// tell them apart. Linux shows the memory where the arguments and the environment were put at
// execve(2) (proc(5), /proc/PID/cmdline), so the title is written over them.
//
// Processes: main() of a program calls the first; a child of fork(2) inherits the place and sets
// its own title. One thread, before others read the environment.
#pragma once

#include <string_view>

#include "core/base/api.h"

namespace svc {

// Remembers where arguments and environment lie, and moves the environment out of there, so that
// getenv(3) goes on working. Once, first thing in main(). From the first set_process_title() on
// the strings of argv are gone: copy what is needed later (an upgrade needs all of them).
SVC_API void keep_process_title(int argc, char** argv);

// Shows `title`, cut at the room there is. Does nothing before keep_process_title().
SVC_API void set_process_title(std::string_view title) noexcept;

}  // namespace svc
