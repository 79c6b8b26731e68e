#include "core/server/accept_queues.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "core/base/log.h"
#include "core/base/sys.h"

namespace svc {
namespace {

// The same socket has another number in each process.
bool same_socket(int a, int b) {
  struct stat one {
  }, other{};
  return sys::fstat(a, &one) == 0 && sys::fstat(b, &other) == 0 && one.st_dev == other.st_dev &&
         one.st_ino == other.st_ino;
}

bool among(const std::vector<Fd>& sockets, int socket) {
  return std::ranges::any_of(sockets,
                             [socket](const Fd& it) { return same_socket(it.get(), socket); });
}

}  // namespace

Result<> AcceptQueues::open(HttpServer& server) {
  server_ = &server;
  for (const AcceptSocket& socket : own_) SVC_TRY_VOID(server.add_listener(socket));
  return add(std::exchange(offered_, {}));
}

bool AcceptQueues::has(int socket) const {
  return among(adopted_, socket) || std::ranges::any_of(own_, [socket](const AcceptSocket& own) {
           return same_socket(own.fd, socket);
         });
}

Result<> AcceptQueues::adopt(Fd socket) {
  SVC_TRY(const Address address, Address::local(socket.get()));
  const AcceptSocket also{
      .fd = socket.get(), .shared = true, .local = address.is_unix(), .address = address};
  SVC_TRY_VOID(server_->add_listener(also));
  adopted_.push_back(std::move(socket));
  return {};
}

Result<> AcceptQueues::add(std::vector<Fd> sockets) {
  for (Fd& socket : sockets) {
    if (server_ == nullptr)
      offered_.push_back(std::move(socket));
    else if (!has(socket.get()))
      SVC_TRY_VOID(adopt(std::move(socket)));
  }
  return {};
}

void AcceptQueues::remove(const std::vector<Fd>& sockets) {
  std::erase_if(offered_, [&](const Fd& it) { return among(sockets, it.get()); });
  std::erase_if(adopted_, [&](const Fd& it) {
    if (!among(sockets, it.get())) return false;
    server_->remove_listener(it.get());
    return true;
  });
}

void AcceptQueues::look_again() {
  if (server_ != nullptr) server_->rearm_listeners();
}

void AcceptQueues::close() {
  for (const AcceptSocket& socket : own_) Fd(socket.fd).reset();
  own_.clear();
  adopted_.clear();
  offered_.clear();
}

}  // namespace svc
