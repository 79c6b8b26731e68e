// accept_queues.h — the listening sockets that a worker accepts on: its own, and siblings'.
//
// Why siblings': a queue whose worker is silent, gone, or not there yet must be emptied by somebody
// (core/process/steering.h decides; the master sends the descriptors).
//
// Process and thread: the worker's loop.
#pragma once

#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/http/server.h"
#include "core/net/listener.h"

namespace svc {

class AcceptQueues {
 public:
  // `own` came over fork(2); their descriptors are ours.
  explicit AcceptQueues(std::vector<AcceptSocket> own) : own_(std::move(own)) {}

  // From now on. Errors: epoll_ctl(2).
  Result<> open(HttpServer& server);
  bool accepting() const noexcept { return server_ != nullptr; }

  // Accepts on these, too: at once, or from open() on. Those that it has already are left out: who
  // owns which queue depends on the number of workers, and the master need not know who knows.
  Result<> add(std::vector<Fd> sockets);
  void remove(const std::vector<Fd>& sockets);  // Of those that came with add().
  // Looks at sockets that others wait for, too: who was woken for what waits may not be able to.
  void look_again();
  void close();  // Nobody watches them any more: an address is free once all have closed it.

 private:
  bool has(int socket) const;
  Result<> adopt(Fd socket);

  std::vector<AcceptSocket> own_;
  std::vector<Fd> adopted_;
  std::vector<Fd> offered_;  // Before open().
  HttpServer* server_ = nullptr;
};

}  // namespace svc
