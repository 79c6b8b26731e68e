// listeners.h — every address that the master holds, by the name under which services ask for it.
//
// Why keyed by address and not by service: an address may move from one service to another in a
// reload, and must not be closed for that. Only port 0, which means "any", belongs to its service.
//
// More sockets than workers (a service that has shrunk), or fewer: each socket of a reuseport
// address is accepted by somebody at any time. Socket j belongs to worker j modulo their number.
//
// Process: the master.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "core/base/result.h"
#include "core/net/listener.h"

namespace svc {

class Listeners {
 public:
  using Key = std::string;
  static std::vector<Key> keys_of(const ServiceConfig& service);

  // Sockets that systemd passed us: used instead of opening the same address. Errors: listen_fds.h.
  Result<> take_inherited();
  // Among the passed ones, what systemd keeps for us (fd_store.h): named "svcd-…", and no listener.
  std::vector<InheritedSocket> take_stores();
  // Sockets of a former master: used instead of opening the same address, if they are what they
  // should be. REQUIRES: no listener of that key is open.
  struct Heirloom {
    Listener::Record record;
    std::vector<Fd> sockets;
  };
  void bequeath(const Key& key, Heirloom heirloom);
  // Those that nobody has asked for: shut to new clients, and closed by the second call.
  void shut_heirlooms();
  void close_heirlooms() { shut_.clear(); }
  // Those that no service has asked for, "127.0.0.1:80 (web)": clients may connect there, and
  // nobody answers.
  std::vector<std::string> idle_inherited() const;

  // One listening socket of an address: a queue that somebody must accept from.
  struct Queue {
    Key key;
    size_t socket = 0;
  };
  struct Opening {
    std::vector<Key> opened;  // Nobody knows of them yet: close() undoes it.
  };

  // Every address of `service` is open afterwards, with a socket for each of `workers`. What was
  // opened is added to `opening`, also before an error. More sockets of an address that was open
  // stay; they get no connections before steer(). Errors: Listener::open's.
  Result<> open_for(const ServiceConfig& service, size_t workers, Opening& opening);

  // What worker `index` of `workers` accepts on. REQUIRES: open_for() with this service.
  std::vector<AcceptSocket> sockets_for(const ServiceConfig& service, size_t index,
                                        size_t workers) const;
  // The same for reuseport addresses only: queues that nobody else accepts from.
  std::vector<Queue> queues_of(const ServiceConfig& service, size_t index, size_t workers) const;
  // Queues whose owner is another one of `to` workers than of `from`.
  std::vector<Queue> moved_queues(const ServiceConfig& service, size_t from, size_t to) const;
  int descriptor_of(const Queue& queue) const;  // -1: no longer there.
  // New connections of its reuseport addresses go to queues of workers below `workers` that are not
  // in `away`. What fails is logged: then a few connections wait for others to be woken.
  void steer(const ServiceConfig& service, size_t workers, const std::vector<size_t>& away);
  std::vector<std::string> addresses_of(const ServiceConfig& service) const;  // With real ports.

  // Shuts the addresses to new clients; close() once nobody accepts on them any more.
  void stop_new_connections(const std::vector<Key>& keys);
  void close(const std::vector<Key>& keys);
  std::vector<Key> keys() const;
  const Listener* find(const Key& key) const noexcept;    // nullptr: not open.
  uint64_t version() const noexcept { return version_; }  // Another one: something has changed.
  void disown() noexcept;  // A successor has them: no path is taken away when these are closed.

 private:
  std::optional<Listener> take_heirloom(const Key& key, const Address& address,
                                        const ListenerOptions& options, const std::string& service);
  Result<Listener> open_one(const ServiceConfig& service, const ListenEntry& entry, size_t workers);

  std::map<Key, Listener> listeners_;
  std::vector<InheritedSocket> inherited_;
  std::map<Key, Heirloom> heirlooms_;
  std::vector<Listener> shut_;
  uint64_t version_ = 0;
};

}  // namespace svc
