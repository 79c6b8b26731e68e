// check.h — our own bugs end the process at the place where they are seen.
//
// Why: a worker that goes on after a broken invariant corrupts answers; one that aborts loses what
// it was serving, and the master replaces it. Stays on in release builds. Never for bad input: the
// world fails with Result (result.h).
#pragma once

#include "core/base/api.h"

namespace svc {

// Writes "file:line: check failed: expression" to stderr with one write(2) and calls abort().
// Async-signal-safe.
[[noreturn]] SVC_API void check_failed(const char* file, int line, const char* expression) noexcept;

}  // namespace svc

#define SVC_CHECK(condition)                                 \
  (__builtin_expect(!!(condition), 1) ? static_cast<void>(0) \
                                      : ::svc::check_failed(__FILE__, __LINE__, #condition))
