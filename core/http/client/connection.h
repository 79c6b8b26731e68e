// connection.h — one connection to an upstream: its stream, watched by the loop for all its life.
//
// Why edge-triggered and for good: a request on a kept connection then needs no epoll_ctl(2) at
// all. What an edge has said is kept in two marks until a call to the kernel proves it used up.
//
// While it is idle nobody reads from it; whatever comes (an end, a reset, bytes that nobody asked
// for) makes it useless, and its keeper is told.
//
// Threads: the loop's. Clock: the loop's.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "core/base/clock.h"
#include "core/http/client/stream.h"
#include "core/http/intrusive_list.h"
#include "core/loop/event_loop.h"
#include "core/loop/fiber.h"

namespace svc {

class ClientConnection;

// Whoever keeps idle connections.
class ClientKeeper {
 public:
  virtual void idle_ended(ClientConnection& connection) noexcept = 0;  // Destroy it.

 protected:
  ~ClientKeeper() = default;
};

struct IdleOfOrigin;
struct IdleOfAll;

class ClientConnection final : public Watcher,
                               public ListHook<IdleOfOrigin>,
                               public ListHook<IdleOfAll> {
 public:
  ClientConnection(EventLoop& loop, std::unique_ptr<ClientStream> stream);
  ~ClientConnection();  // Closes it.
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  Result<> start();  // Errors: epoll_ctl(2).

  ClientStream::Io read(std::span<char> into) noexcept;
  ClientStream::Io write(std::span<const iovec> parts) noexcept;
  bool readable() const noexcept { return readable_; }  // Something may be there: try.
  bool writable() const noexcept { return writable_; }

  // Suspends until something new can be read (or written, if asked for) or until `until`.
  Wake wait(bool for_writing, Instant until);

  // Idle from now on; the keeper is told if it ends, or at `until`.
  void rest(ClientKeeper& keeper, Instant until);
  // In use again. False: it has ended meanwhile, or something was sent on it.
  bool wake_up() noexcept;
  // Nothing is there to be read and the peer has not hung up, as far as this host knows.
  bool quiet() noexcept;

  void on_ready(uint32_t events) override;

  const Instant born;
  uint64_t served = 0;     // Exchanges before the present one.
  void* origin = nullptr;  // The pool's.

 private:
  EventLoop& loop_;
  std::unique_ptr<ClientStream> stream_;
  Timer idle_timer_;
  ClientKeeper* keeper_ = nullptr;  // While it is idle.
  Fiber* waiter_ = nullptr;
  Instant rested_{};  // The turn in which it became idle.
  bool waits_to_write_ = false;
  bool readable_ = false;
  bool writable_ = true;
  bool hung_up_ = false;
};

}  // namespace svc
