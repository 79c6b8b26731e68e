// last_words.h — what a dying worker still says: the signal, where it was, what it was serving.
//
// Worker side: a handler for SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP on an alternate stack writes
// one channel message with raw addresses, using only async-signal-safe calls, then dies of the
// same signal. Symbols are added by a helper process of the master, never in the worker and never in
// the master (symbol tables are input, too).
//
// Text of ChannelKind::last_words: lines "key value", then one line "frame PATH+0xOFFSET" a frame.
// Keys: signal, code, address, request (16 hex digits), route (index), thread (loop | pool N),
// note ("stack overflow in fiber").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/board/board.h"

namespace svc {

// Worker only, once, after the module has been loaded (its address ranges are recorded then).
SVC_API Result<> install_crash_handlers(int channel, const WorkerSlot& slot);
// For threads of the pool: which board entry is theirs; and an alternate stack for the handler.
SVC_API void crash_handlers_for_pool_thread(size_t thread);

struct LastWords {
  int signal = 0;
  std::string note;
  std::optional<uint64_t> request_id;
  std::optional<uint64_t> route;
  std::string thread;
  std::vector<std::string> frames;  // "PATH+0xOFFSET"
};
SVC_API LastWords parse_last_words(std::string_view text);  // Never fails: junk is left out.

}  // namespace svc
