// listener.h — the listening sockets of one address, owned by the master for as long as that
// address is configured.
//
// Why one socket per worker index (SO_REUSEPORT, socket(7)): the kernel spreads connections without
// a thundering herd, and a worker's queue survives its death, because the master still holds the
// socket that its replacement accepts on. Closing a reuseport listener resets what waits in its
// queue and half-open handshakes, so none is closed while its address is in use.
// Without it: one shared socket that all workers accept from with EPOLLEXCLUSIVE.
//
// Which of them gets a new connection is decided by a classic BPF program on the group
// (SO_ATTACH_REUSEPORT_CBPF): a worker that is stopped or hung gets none, long before it is killed.
//
// A reuseport address that another process of the same user serves would be shared silently, so an
// address not yet ours is probed by a bind without the option first. Two masters that probe the
// same address in the same instant can still both pass: the kernel has no "first one only" for a
// group.
//
// The end: stop_new_connections(); whoever accepts goes on doing so for kRetireTime; then destroy.
// Straight destruction resets what is queued.
//
// Processes: the master opens and holds; a worker inherits the descriptors over fork(2).
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/base/socket_file.h"
#include "core/net/address.h"
#include "core/net/full_queue.h"
#include "core/net/listen_fds.h"

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
  // Handshakes that were half-way when new ones were shut out are through by then.
  static constexpr std::chrono::milliseconds kRetireTime{50};

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

  // The sockets of an address that a former master opened (its kind of identity: record()). Errors:
  // invalid_argument when one of them doesn't listen there as it should, SocketFile::adopt()'s.
  struct Record {
    bool shared = false;
    bool inherited = false;
    SocketFile::Identity file;  // Of a Unix socket with a path.
  };
  static Result<Listener> adopt(const Address& address, const ListenerOptions& options,
                                const Record& record, std::vector<Fd> sockets);
  Record record() const noexcept { return {shared_, inherited_, file_.identity()}; }
  void disown() noexcept { file_.disown(); }  // A successor has the address: the path stays.

  Listener(Listener&&) noexcept = default;
  Listener& operator=(Listener&&) noexcept = default;
  ~Listener() = default;  // Unlinks the Unix path that open() made, if it is still ours; closes.

  // A socket for each index below `workers` exists afterwards. Never closes one. New ones get no
  // connections before steer() says so. Errors: as open().
  Result<> grow(size_t workers);

  // New connections go to the sockets below `count` that are not in `away` (ascending), by chance;
  // to all of them if that leaves none. What is queued stays where it is. Shared, or shut: nothing
  // changes.
  // Errors: setsockopt(2), SO_ATTACH_REUSEPORT_CBPF.
  Result<> steer(size_t count, const std::vector<size_t>& away);

  // Shuts out clients that come from now on, so that closing loses nobody: TCP sockets drop SYNs
  // (without CAP_NET_ADMIN: send them to a full queue), a Unix path is unlinked. Connections that
  // are queued or half-way through their handshake are accepted as before; who comes later is
  // refused at its first SYN retry, after the close. Can't be undone. An inherited socket is its
  // giver's and goes on as it was; so does an abstract one, which has no name to take away.
  void stop_new_connections() noexcept;

  const Address& address() const noexcept { return bound_; }
  bool shared() const noexcept { return shared_; }
  bool inherited() const noexcept { return inherited_; }
  size_t sockets() const noexcept { return sockets_.size(); }
  // REQUIRES: shared() or index < sockets().
  AcceptSocket socket_for(size_t index) const;

 private:
  Listener() = default;
  Result<> open_unix();
  Result<> add_tcp(size_t count);

  // Order of destruction, last first: the path goes while the socket still listens, so that no
  // other svcd takes it for stale meanwhile.
  FullQueue full_queue_;
  std::vector<Fd> sockets_;  // In the order of listen(2), which is that of the reuseport group.
  SocketFile file_;
  Address bound_;
  ListenerOptions options_;
  bool shared_ = false;
  bool inherited_ = false;
};

// Whether Listener::open() would find the TCP address free and bindable now, without taking a
// connection meanwhile. Errors: as open().
SVC_API Result<> check_bindable(const Address& address);

// The kernel's bound on a backlog (net.core.somaxconn) where that is lower than `backlog`:
// listen(2) cuts silently, and the operator should know.
SVC_API std::optional<int> backlog_cut_to(int backlog);

}  // namespace svc
