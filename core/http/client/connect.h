// connect.h — a connected socket to one of several addresses, the quickest (RFC 8305, in short).
//
// Why a race: an address that swallows packets would cost every new connection its whole deadline,
// though the next address answers at once. So the next one is tried when 250 ms have passed or the
// one before has failed; the first that connects wins, the others are closed. Families alternate.
//
// Threads: the loop's, in fibers. Suspends, throws Cancelled.
#pragma once

#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/fd.h"
#include "core/http/client/failure.h"
#include "core/loop/event_loop.h"
#include "core/net/address.h"

namespace svc {

inline constexpr Duration kConnectStagger = 250ms;
inline constexpr size_t kConnectAttemptsMax = 8;  // Addresses that are tried for one connection.

// The order in which they are tried: families take turns, the first address' own first
// (RFC 8305 4); at most kConnectAttemptsMax.
std::vector<Address> connect_order(std::vector<Address> addresses);

// A non-blocking socket that has connected (TCP: without delay). Errors: connect, timeout_connect,
// resources (no descriptor, no port), cancelled; the text names the address that failed last.
// REQUIRES: addresses is not empty. On the loop's clock.
ClientResult<Fd> connect_any(EventLoop& loop, const std::vector<Address>& addresses, Instant until);

}  // namespace svc
