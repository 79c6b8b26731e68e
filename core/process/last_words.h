// last_words.h — what a dying worker still says: the signal, where it was, what it was serving.
//
// Worker side (crash_handlers.cc): a handler for SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP
// on an alternate stack writes channel messages with raw addresses, using only async-signal-safe
// calls, then dies of the same signal. Symbols are added by a helper process of the master, never
// in the worker and never in the master (symbol tables are input, too).
//
// Two messages of ChannelKind::last_words: what can be said without touching the broken stack, then
// the frames, because the walk over them may itself be the worker's end. Text: lines "key value".
//   signal 11            code 1 (siginfo)     sender 412 (who sent it; not for faults)
//   address 0x10         request 16 hex digits   route 3 (index)    thread loop | pool 2 | other
//   note stack overflow in fiber
//   frame PATH+0xOFFSET  one a frame, innermost first; an offset lies inside the calling
//                        instruction, not behind it
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/api.h"
#include "core/base/result.h"
#include "core/board/board.h"

namespace svc {

// Worker only, once, before the service's code is loaded.
SVC_API Result<> install_crash_handlers(int channel, const WorkerSlot& slot);
// After it has been loaded: frames in it can be named from then on.
SVC_API void refresh_crash_handlers();
// For threads of the pool: which board entry is theirs; and an alternate stack for the handler.
// Each thread calls it once, at its start.
SVC_API void crash_handlers_for_pool_thread(size_t thread);

inline constexpr size_t kFramesMax = 64;

struct LastWords {
  int signal = 0;
  int code = 0;                     // si_code, sigaction(2): above 0 the kernel's own.
  int64_t sender = 0;               // Pid that sent the signal; 0: none, or unknown.
  std::optional<uint64_t> address;  // That could not be used.
  std::string note;
  std::optional<uint64_t> request_id;
  std::optional<uint64_t> route;
  std::string thread;               // "loop", "pool 2", "other"
  std::vector<std::string> frames;  // "PATH+0xOFFSET"
};
SVC_API LastWords parse_last_words(std::string_view text);  // Never fails: junk is left out.

}  // namespace svc
