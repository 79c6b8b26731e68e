// full_queue.h — keeps clients who knock from now on out of a TCP address, without CAP_NET_ADMIN
// and without a reset for anybody who is inside.
//
// Why: closing a listener resets whoever is in its queue, so a server that stops shuts the door
// first, empties the queues, then closes. A socket filter that drops SYNs is the door of choice,
// but kernels from 2026 on (Linux commit 5d39580f68e6, and stable ones) let only CAP_NET_ADMIN put
// one on a TCP socket. Programs that pick a socket in a reuseport group (SO_ATTACH_REUSEPORT_CBPF,
// socket(7)) are still everybody's, and the kernel drops a SYN for a listener whose queue is full:
// so one more socket joins the group, its queue is filled by ourselves, and every SYN is sent to
// it. Handshakes that are half-way don't look for a listener any more and end well where they
// began.
//
// The price: for the microseconds in which the sockets are closed one after the other, a SYN may
// still reach the next of them. Process: the master, once, when an address is given up.
#pragma once

#include <span>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/net/address.h"

namespace svc {

class FullQueue {
 public:
  FullQueue() noexcept = default;  // Keeps nobody out.

  // Before bind(2) of a socket without SO_REUSEPORT: it becomes a group of one, which nobody can
  // join yet. Where the kernel can't do that, shut() will fail.
  static void prepare(const Fd& socket) noexcept;
  // `sockets`: all that listen on `address`, in the order of their listen(2), with SO_REUSEPORT or
  // prepared; opened by this user.
  // Lasts until it is destroyed; destroy it after them. Errors: socket(2), setsockopt(2), bind(2),
  // listen(2), connect(2); then clients come in as before.
  static Result<FullQueue> shut(std::span<const Fd> sockets, const Address& address);

  bool shuts() const noexcept { return queue_.valid(); }

 private:
  Fd queue_;  // Nobody accepts from it.
  Fd guest_;  // The one connection that waits in it.
};

}  // namespace svc
