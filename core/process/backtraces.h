// backtraces.h — where a worker's threads and fibers are, while they go on.
//
// Why no ptrace: it needs rights that no server should have, and stops all threads. A thread is
// sent SIGURG (which is ignored where nobody has asked for it), and its handler writes a channel
// message with raw addresses, using only async-signal-safe calls, as the crash handlers do; what
// the thread waits for goes on (SA_RESTART; poll(2) and its like, which know no restart, report
// EINTR). A fiber that waits is looked at on its own stack. Names are added by a helper process.
//
// A message of ChannelKind::backtrace, lines "key value": thread (loop, pool 2, fiber), route,
// request, frame, as in last_words.h, which reads them.
//
// Process: a worker, but ask_loop_thread().
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>

#include "core/base/api.h"
#include "core/base/result.h"
#include "core/board/board.h"
#include "core/loop/fiber.h"

namespace svc {

// On the loop's thread, once; install_crash_handlers() does it.
Result<> install_backtraces(int channel, const WorkerSlot& slot);
void backtraces_for_pool_thread(size_t thread);  // Likewise.

// The pool threads that work on this request send theirs; returns how many were asked.
SVC_API size_t ask_pool_threads(uint64_t request);
// A fiber that waits. False: it can't be looked at, or the master doesn't listen.
SVC_API bool send_backtrace(Fiber& fiber, uint64_t route, uint64_t request);

// The master: the thread of a worker's loop sends its own. REQUIRES: not reaped.
void ask_loop_thread(pid_t worker);

}  // namespace svc
