// pool.h — the connections of one worker by origin: who may have one, and which are kept.
//
//   acquire(): a permit of the origin, then one of the worker, each FIFO ─► ClientPermit
//   take():    the connection that rested last, if it is still good
//   keep():    back, to rest; dropped when it ends, is old, has rested long enough or makes room
//
// Invariants: for an origin busy + idle <= per_origin_max (a new connection is made only when none
// is idle); over all of them busy + idle <= total_max (an idle one makes room).
//
// Threads: the loop's; acquire() in fibers. Clock: the loop's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

#include "core/http/client/connection.h"
#include "core/http/client/origin.h"
#include "core/http/client/pool_limits.h"
#include "core/loop/fiber_mutex.h"

namespace svc {

class ClientPool;

// The right to one connection to an origin, for as long as it lives.
class ClientPermit {
 public:
  ClientPermit() noexcept = default;
  ClientPermit(ClientPermit&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)) {
    origin_ = other.origin_;
    steps_ = other.steps_;
  }
  ClientPermit& operator=(ClientPermit&&) = delete;
  ~ClientPermit() { release(); }
  void release() noexcept;
  explicit operator bool() const noexcept { return pool_ != nullptr; }

 private:
  friend class ClientPool;
  ClientPool* pool_ = nullptr;
  struct ClientPoolOrigin* origin_ = nullptr;
  int steps_ = 0;  // How far it is held: 0 in line, 1 of the origin, 2 of the worker, too.
};

// One origin's part. Exists while somebody has, wants or keeps a connection to it.
struct ClientPoolOrigin {
  ClientPoolOrigin(const Origin& name, size_t max) : origin(name), permits(max) {}
  const Origin origin;
  FiberSemaphore permits;
  IntrusiveList<ClientConnection, IdleOfOrigin> idle;  // The one that rested last is at the back.
  size_t idle_count = 0;
  size_t busy = 0;
  size_t users = 0;  // Permits, held or wanted.
};

class ClientPool final : public ClientKeeper {
 public:
  ClientPool(EventLoop& loop, const ClientPoolLimits& limits);
  ~ClientPool();  // REQUIRES: no permit is held or wanted.
  ClientPool(const ClientPool&) = delete;
  ClientPool& operator=(const ClientPool&) = delete;

  // Suspends until `until` at most; throws Cancelled. Wake::resumed: `permit` is held.
  Wake acquire(const Origin& origin, Instant until, ClientPermit& permit);
  std::unique_ptr<ClientConnection> take(ClientPermit& permit);
  // Before a new connection is made: the worker's bound holds with it.
  void make_room();
  // `seconds`: how long the upstream says that it will keep it.
  void keep(ClientPermit& permit, std::unique_ptr<ClientConnection> connection,
            std::optional<uint32_t> seconds);

  bool close_oldest_idle() noexcept;  // False: none is idle.
  void idle_ended(ClientConnection& connection) noexcept override;

  size_t idle() const noexcept { return idle_count_; }
  size_t busy() const noexcept { return busy_; }
  size_t waiting() const noexcept { return waiting_; }
  size_t busy(const Origin& origin) const noexcept;
  size_t origins() const noexcept { return origins_.size(); }

 private:
  friend class ClientPermit;
  struct Hash {
    size_t operator()(const Origin& origin) const noexcept;
  };
  Wake wait(FiberSemaphore& permits, Instant until);
  void release(ClientPermit& permit) noexcept;
  void forget_if_unused(ClientPoolOrigin& origin) noexcept;
  void unlist(ClientConnection& connection) noexcept;

  EventLoop& loop_;
  const ClientPoolLimits limits_;
  FiberSemaphore permits_;
  std::unordered_map<Origin, std::unique_ptr<ClientPoolOrigin>, Hash> origins_;
  IntrusiveList<ClientConnection, IdleOfAll> idle_;  // The one that rests longest is in front.
  size_t idle_count_ = 0;
  size_t busy_ = 0;
  size_t waiting_ = 0;
};

}  // namespace svc
