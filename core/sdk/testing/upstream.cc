#include "core/sdk/testing/upstream.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <stdexcept>
#include <vector>

#include "core/base/check.h"
#include "core/base/sys.h"
#include "core/board/board.h"
#include "core/http/server.h"
#include "core/loop/event_loop.h"
#include "core/loop/fiber.h"
#include "core/sdk/offload.h"

namespace svc::testing {
namespace {

constexpr std::string_view kPromise =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n";
constexpr std::string_view kPart = "0123456789";
constexpr std::string_view kGarbage = "SSH-2.0-this is no HTTP\r\n\r\n";

Fd listen_somewhere() {
  Fd listening(sys::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto any = Address::parse("127.0.0.1:0");
  if (!listening || sys::bind(listening.get(), any->get(), any->length()) < 0 ||
      sys::listen(listening.get(), 128) < 0)
    throw std::runtime_error(Error::from_errno("listen for a test's upstream").text);
  return listening;
}

// What ends the connection with RST instead of FIN.
void reset_connection(Fd& connection) {
  const linger now{1, 0};
  sys::setsockopt(connection.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  connection.reset();
}

// Until the head of a request is there, and what came with it; false: the client is gone.
bool read_request(int connection) {
  std::string seen;
  char buffer[4096];
  while (seen.find("\r\n\r\n") == seen.npos && seen.size() < 65536) {
    const ssize_t size = sys::recv(connection, buffer, sizeof buffer, 0);
    if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) return false;
    if (size > 0) {
      seen.append(buffer, static_cast<size_t>(size));
    } else if (!this_fiber::wait_fd(connection, EPOLLIN)) {
      return false;
    }
  }
  return true;
}

void await_end(int connection) {
  char buffer[4096];
  for (;;) {
    const ssize_t size = sys::recv(connection, buffer, sizeof buffer, 0);
    if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) return;
    if (size < 0 && !this_fiber::wait_fd(connection, EPOLLIN)) return;
  }
}

void say(int connection, std::string_view text) {
  static_cast<void>(sys::send(connection, text.data(), text.size(), MSG_NOSIGNAL));
}

void trickle(int connection) {
  for (const char byte : std::string(kPromise) + std::string(100, '.')) {
    if (sys::send(connection, &byte, 1, MSG_NOSIGNAL) != 1) return;
    this_fiber::sleep_for(1s);
  }
}

void misbehave(Fd connection, Fault fault) {
  if (!read_request(connection.get())) return;
  switch (fault) {
    case Fault::hang:
      return await_end(connection.get());
    case Fault::reset:
      return reset_connection(connection);
    case Fault::close:
      return;
    case Fault::garbage:
      return say(connection.get(), kGarbage);
    case Fault::truncated:
      say(connection.get(), kPromise);
      return say(connection.get(), kPart);
    case Fault::trickle:
      return trickle(connection.get());
  }
}

}  // namespace

// Also the application that the server sees: the service's, counted and delayed.
struct Upstream::State final : Application, Watcher {
  explicit State(const std::function<void(App&)>& routes) : listener(listen_somewhere()) {
    routes(app);
    if (auto sealed = app.seal(); !sealed) throw std::runtime_error(sealed.error().text);
  }

  const RoutePlan& plan(const RequestHead& head) noexcept override { return app.plan(head); }
  void serve(Exchange& exchange) override {
    ++requests;
    if (delay > Duration(0)) this_fiber::sleep_for(delay);
    app.serve(exchange);
  }
  std::pair<std::string, std::string_view> refusal(int status,
                                                   std::string_view detail) noexcept override {
    return app.refusal(status, detail);
  }
  std::span<const RouteInfo> routes() const noexcept override { return app.routes(); }

  void on_ready(uint32_t) override {
    for (;;) {
      Fd connection(sys::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (!connection) return;
      if (faults.empty()) {
        server->adopt(std::move(connection));
      } else {
        fail_one(std::move(connection));
      }
    }
  }
  void fail_one(Fd connection) {
    ++requests;
    const Fault fault = faults.front();
    faults.pop_front();
    auto fiber = fibers->spawn([this, connection = std::move(connection), fault]() mutable {
      Fiber* const self = Fiber::current();
      failing.push_back(self);
      try {
        misbehave(std::move(connection), fault);
      } catch (const Cancelled&) {  // By detach().
      }
      std::erase(failing, self);
    });
    SVC_CHECK(fiber);
  }

  Fd listener;
  App app;
  std::unique_ptr<WorkerSlot> slot = std::make_unique<WorkerSlot>();
  EventLoop* loop = nullptr;
  Fibers* fibers = nullptr;
  std::optional<HttpServer> server;
  std::deque<Fault> faults;
  std::vector<Fiber*> failing;
  Duration delay{};
  size_t requests = 0;
};

Upstream::Upstream(const std::function<void(App&)>& routes)
    : state_(std::make_unique<State>(routes)) {}
Upstream::~Upstream() { SVC_CHECK(!state_->server); }

std::string Upstream::address() const { return Address::local(state_->listener.get())->text(); }
void Upstream::fail(Fault fault, size_t times) {
  state_->faults.insert(state_->faults.end(), times, fault);
}
void Upstream::delay(Duration time) { state_->delay = time; }
size_t Upstream::requests() const noexcept { return state_->requests; }

Result<> Upstream::attach(EventLoop& loop, Fibers& fibers) {
  SVC_TRY_VOID(loop.watch(state_->listener.get(), EPOLLIN, *state_));
  HttpLimits limits;
  limits.keepalive_requests = 1;
  state_->loop = &loop;
  state_->fibers = &fibers;
  state_->server.emplace(HttpServer::Parts{.loop = loop,
                                           .fibers = fibers,
                                           .application = *state_,
                                           .slot = *state_->slot,
                                           .limits = limits});
  return state_->app.start();
}

void Upstream::detach(const std::function<void(const bool&)>& turn_until) {
  if (!state_->server) return;
  state_->loop->unwatch(state_->listener.get(), *state_);
  while (!state_->failing.empty()) state_->failing.back()->cancel(CancelReason::drain);
  bool drained = false;
  state_->server->drain(state_->loop->now(), [&] { drained = true; });
  turn_until(drained);
  state_->server.reset();
  state_->app.stop();
}

}  // namespace svc::testing
