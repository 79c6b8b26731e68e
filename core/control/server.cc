#include "core/control/server.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "core/base/fd.h"
#include "core/base/socket_file.h"
#include "core/base/sys.h"
#include "core/control/connection.h"

namespace svc {
namespace {

constexpr int kBacklog = 64;
constexpr int kAcceptsPerTurn = 16;       // Clients can't keep the master from its other work.
constexpr Duration kAcceptPause = 100ms;  // When descriptors have run out.
constexpr uid_t kNobody = static_cast<uid_t>(-1);

class Server final : public ControlServer, private Watcher {
 public:
  Server(EventLoop& loop, Fd socket, SocketFile file, Handler handler)
      : loop_(loop),
        socket_(std::move(socket)),
        file_(std::move(file)),
        handler_(std::move(handler)),
        accept_again_([this] { static_cast<void>(watch()); }) {}
  ~Server() override {
    loop_.unwatch(descriptor(), *this);
    for (const auto& connection : connections_) connection->close();
  }

  Result<> watch() { return loop_.watch(descriptor(), EPOLLIN, *this); }
  size_t clients() const noexcept override { return connections_.size(); }

 private:
  int descriptor() const { return socket_.get(); }

  void on_ready(uint32_t) override {
    for (int i = 0; i < kAcceptsPerTurn; ++i) {
      Fd client(sys::accept4(descriptor(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (client) {
        take(std::move(client));
        continue;
      }
      if (errno == ECONNABORTED) continue;
      if (errno != EAGAIN) pause();
      return;
    }
  }

  // The queue stays ready while there is no descriptor for its first client: watching it would
  // spin.
  void pause() {
    loop_.unwatch(descriptor(), *this);
    accept_again_.arm(loop_, loop_.now() + kAcceptPause);
  }

  void take(Fd client) {
    if (connections_.size() >= kClientsMax) make_room();
    const uid_t peer = uid_of(client.get());
    auto connection =
        std::make_shared<ControlConnection>(loop_, std::move(client), peer, handler_,
                                            [this](ControlConnection& closed) { forget(closed); });
    connections_.push_back(connection);
    connection->start();
    if (connections_.size() > kClientsMax) {
      connection->done(1, "the master is busy with too many commands; try again");
    } else if (peer != 0 && peer != ::geteuid()) {
      connection->done(1, fmt::format("permission denied: only root and uid {} may manage this "
                                      "master",
                                      ::geteuid()));
    }
  }

  // unix(7); nobody's uid if the kernel won't say.
  static uid_t uid_of(int client) noexcept {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (sys::getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0) return kNobody;
    return peer.uid;
  }

  // Commands in progress are never cut off for a newcomer; who only sits there is.
  void make_room() {
    const auto idle = std::find_if(connections_.begin(), connections_.end(),
                                   [](const auto& connection) { return connection->reading(); });
    if (idle != connections_.end()) (*idle)->done(1, "cut off: others wait for the master");
  }

  // The connection may be on the stack, as may its timer: it ends after this turn's events.
  void forget(ControlConnection& closed) {
    const auto at = std::find_if(connections_.begin(), connections_.end(),
                                 [&](const auto& each) { return each.get() == &closed; });
    if (at == connections_.end()) return;
    loop_.defer([kept = std::move(*at)] {});
    connections_.erase(at);
  }

  EventLoop& loop_;
  Fd socket_;
  SocketFile file_;  // Goes before the socket: while it still listens.
  Handler handler_;
  Timer accept_again_;
  std::vector<std::shared_ptr<ControlConnection>> connections_;  // Oldest first.
};

}  // namespace

Result<std::unique_ptr<ControlServer>> ControlServer::open(EventLoop& loop, const std::string& path,
                                                           Handler handler, At at) {
  Fd listening(sys::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!listening) return socket_path_error(errno, path);
  const SocketFileOptions mine{0600, {}, {}};
  auto file = at == At::taken_path ? SocketFile::bind_over(listening.get(), path, mine, kBacklog)
                                   : SocketFile::bind(listening.get(), path, mine);
  if (!file) return std::move(file).error();
  if (at == At::free_path && sys::listen(listening.get(), kBacklog) < 0)
    return socket_path_error(errno, path);
  auto server =
      std::make_unique<Server>(loop, std::move(listening), std::move(*file), std::move(handler));
  SVC_TRY_VOID(server->watch());
  return std::unique_ptr<ControlServer>(std::move(server));
}

}  // namespace svc
