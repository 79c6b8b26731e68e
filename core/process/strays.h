// strays.h — workers whose master died, as the next master meets them at the orphan socket.
//
//   master  connect ──► [ orphan socket, which all workers hold ] ◄── accept  stray
//           ◄── orphan: who it is, and its service's store (fd_store.h)
//           retire ──►      once our own workers serve
//
// One connection is outstanding at any time: a stray that was stopped, and goes on hours later, is
// met all the same. A connection is the stray's new life-line: it waits for another master when
// that ends. Nothing is asked of those who don't answer.
//
// Process: the master, on its loop; meet() before the loop turns. What strays say is bounded and
// checked: they are workers.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/fd.h"
#include "core/loop/event_loop.h"
#include "core/process/channel.h"
#include "core/process/estate.h"

namespace svc {

struct StrayFacts {
  std::string service;
  uint32_t index = 0;
  uint64_t generation = 0;
  pid_t pid = 0;  // As it says: for messages.
  uid_t uid = 0;  // As the kernel says.
};

class Strays {
 public:
  static constexpr Duration kAnswerTime = 500ms;
  static constexpr size_t kStraysMax = 1024;

  explicit Strays(EventLoop& loop);
  ~Strays();

  // Is there anybody at `path`? False: nobody holds a socket there.
  bool call(const std::string& path);
  // Waits until `enough` says so, or nobody has answered for kAnswerTime. `on_estate` is given what
  // each one brings. REQUIRES: call() said true.
  using OnEstate = std::function<void(const StrayFacts&, Estate)>;
  void meet(const OnEstate& on_estate, const std::function<bool()>& enough);
  // From here on they are listened to by the loop.
  void watch();

  // Tells those of whom `whom` says so, once, to drain: with `retire` they give their connections
  // to whoever shares their pair.
  void tell(ChannelKind kind, Duration left, const std::function<bool(const StrayFacts&)>& whom);
  void drain_all(Duration left);  // Also those that have been told.
  void tell_log_target(int descriptor);
  void tell_access_target(std::string_view service, int descriptor);
  size_t size() const noexcept { return strays_.size(); }
  size_t waiting() const noexcept;  // Not yet told to go.

 private:
  class Stray;

  void connect_next();
  bool read_answer(const OnEstate& on_estate);
  void on_answer();
  void forget(Stray& stray);

  struct PendingWatch final : Watcher {
    explicit PendingWatch(Strays& owner) : strays(owner) {}
    void on_ready(uint32_t) override { strays.on_answer(); }
    Strays& strays;
  };

  EventLoop& loop_;
  PendingWatch pending_watch_;
  Fd path_;  // The socket's file itself, wherever its path leads by now.
  Channel pending_;
  bool watched_ = false;
  std::vector<std::unique_ptr<Stray>> strays_;
  Timer again_;
};

}  // namespace svc
