// notify.h — what systemd wants to hear: sd_notify(3), over the datagram socket in $NOTIFY_SOCKET.
//
// Why own: it is one datagram, and libsystemd is not on every system. Nothing happens when there is
// no such socket.
//
// Process: the master, which is the unit's main process (or says so with MAINPID).
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/fd.h"

namespace svc {

class Notifier {
 public:
  // Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID; children don't get them (spawn.cc).
  static Notifier from_environment();
  Notifier() = default;  // Nobody listens.

  void ready(std::string_view status);  // READY=1, MAINPID, STATUS
  void reloading(Instant now);          // RELOADING=1, MONOTONIC_USEC; ready() ends it.
  void stopping();                      // STOPPING=1
  void main_process(pid_t pid);         // MAINPID: words count from that one only.
  void status(std::string_view text);   // STATUS; not sent again while it is the same.
  void watchdog();                      // WATCHDOG=1
  // FDSTORE=1, FDPOLL=0: comes back after a restart under this name, by LISTEN_FDS. And the end.
  void keep(std::string_view name, int descriptor);
  void keep_no_longer(std::string_view name);  // FDSTOREREMOVE=1

  // Half of WATCHDOG_USEC, if the watchdog is ours to feed.
  std::optional<Duration> watchdog_interval() const noexcept { return watchdog_interval_; }
  bool listening() const noexcept { return socket_.valid(); }

 private:
  void send(std::string_view message, int descriptor = -1);

  Fd socket_;
  std::string path_;  // As in the environment; a leading '@' is an abstract name.
  std::string last_status_;
  std::optional<Duration> watchdog_interval_;
};

}  // namespace svc
