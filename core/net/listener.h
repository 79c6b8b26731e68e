// listener.h — the listening sockets of one address, owned by the master for as long as that address
// is configured.
//
// Why one socket per worker index (SO_REUSEPORT, socket(7)): the kernel spreads connections without
// a thundering herd, and a worker's queue survives its death, because the master still holds the
// socket that its replacement accepts on. Closing a reuseport listener resets what waits in its
// queue and half-open handshakes, so none is closed while its address is in use.
// Without it: one shared socket that all workers accept from with EPOLLEXCLUSIVE.
//
// A reuseport address that another process of the same user serves would be shared silently, so an
// address not yet ours is probed by a bind without the option first.
//
// Processes: the master opens and holds; a worker inherits the descriptors over fork(2).
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/net/address.h"

namespace svc {

struct ListenerOptions {
  bool reuseport = true;  // Ignored for Unix and inherited sockets.
  int backlog = 1024;
  // Unix sockets only.
  mode_t mode = 0666;
  std::optional<uid_t> owner;
  std::optional<gid_t> group;
};

// What one worker accepts on.
struct AcceptSocket {
  int fd = -1;          // Borrowed from the Listener.
  bool shared = false;  // Other workers accept from the same socket: EPOLLEXCLUSIVE.
  bool local = false;   // AF_UNIX.
  Address address;      // As bound: port 0 has become a port.
};

class SVC_API Listener {
 public:
  // Binds `address` and listens, one socket per worker index with reuseport, else one.
  // Errors: one line that names the address and the remedy where there is one: taken (also by
  // another svcd of the same user), privileged port, missing directory, live Unix socket at the
  // path, not an address of this host. A stale Unix socket file (nobody accepts: ECONNREFUSED) is
  // replaced; any other kind of file is not. Nothing is left behind after an error.
  static Result<Listener> open(const Address& address, const ListenerOptions& options,
                               size_t workers);
  // A listening stream socket that was inherited (sd_listen_fds(3), tests): checked, made
  // non-blocking and close-on-exec. Always shared; a Unix path is not unlinked at the end.
  static Result<Listener> inherit(Fd socket);

  Listener(Listener&&) noexcept = default;
  Listener& operator=(Listener&&) noexcept = default;
  ~Listener();  // Closes; unlinks the Unix path that open() made, if it is still ours.

  // A socket for each index below `workers` exists afterwards. Never closes one.
  Result<> grow(size_t workers);

  const Address& address() const noexcept { return bound_; }
  bool shared() const noexcept { return shared_; }
  bool inherited() const noexcept { return inherited_; }
  size_t sockets() const noexcept { return sockets_.size(); }
  // REQUIRES: shared() or index < sockets().
  AcceptSocket socket_for(size_t index) const;

 private:
  Listener() = default;
  std::vector<Fd> sockets_;
  Address bound_;
  ListenerOptions options_;
  bool shared_ = false;
  bool inherited_ = false;
  dev_t path_device_ = 0;  // Identity of the socket file that open() made.
  ino_t path_inode_ = 0;
  pid_t opener_ = 0;  // Only the process that made a socket file unlinks it.
};

// Sockets passed by systemd (sd_listen_fds(3)): checks LISTEN_PID, takes descriptors from 3 on,
// unsets the variables. Empty when there are none. Names are LISTEN_FDNAMES, "" where missing.
struct InheritedSocket {
  Fd fd;
  std::string name;
  Address address;
};
SVC_API Result<std::vector<InheritedSocket>> take_listen_fds();

}  // namespace svc
