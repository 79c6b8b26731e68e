// server_support.h — an HttpServer, its loop and its clients in one thread, on a clock set by hand.
//
// Why one thread: a test turns the loop until a fact holds, so nothing depends on who runs first,
// and a timeout of 30 s takes no time. Real time is only the bound after which a test has failed.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/fd.h"
#include "core/board/board.h"
#include "core/http/server.h"
#include "core/loop/event_loop.h"
#include "core/loop/fiber.h"
#include "core/net/listener.h"

namespace svc {

inline constexpr std::string_view kHello = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";
inline std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

using Handler = std::function<void(Exchange&)>;

// Answers by path; what has no route is 404.
class TestApplication final : public Application {
 public:
  void on(std::string path, Handler handler, RoutePlan plan = {});

  const RoutePlan& plan(const RequestHead& head) noexcept override;
  void serve(Exchange& exchange) override;
  std::pair<std::string, std::string_view> refusal(int status,
                                                   std::string_view detail) noexcept override;
  std::span<const RouteInfo> routes() const noexcept override { return infos_; }

 private:
  struct Route {
    RoutePlan plan;
    Handler handler;
  };
  std::map<std::string, Route, std::less<>> routes_;
  std::vector<RouteInfo> infos_;
};

struct TestAnswer {
  int status = 0;
  std::string head;  // Status line and fields, as received.
  std::string body;  // Decoded.
  std::string trailers;

  std::string field(std::string_view name) const;  // "" if it is not there.
  bool has(std::string_view line) const { return head.find(line) != std::string::npos; }
};

class TestServer;

class TestClient {
 public:
  TestClient(TestServer& server, Fd socket) : server_(server), socket_(std::move(socket)) {}

  int socket() const noexcept { return socket_.get(); }
  // All of it, turning the server while the kernel is full. False: the connection is broken.
  bool send(std::string_view bytes);
  // The next answer, turning the server until it is complete; nullopt: the connection ended first,
  // or nothing came. `to_head`: an answer to HEAD. 1xx are answers too.
  std::optional<TestAnswer> answer(bool to_head = false);
  std::optional<TestAnswer> ask(std::string_view request);  // send() and answer().
  bool ended();  // The server has ended the connection, in whatever way.
  bool was_reset() const noexcept { return reset_; }
  const std::string& inbox() const noexcept { return inbox_; }  // Received, not yet taken.
  bool receive();      // What is there now; true if something was.
  void shut_output();  // "I have said all."
  void reset();        // Close so that the server sees a reset.
  void close() { socket_.reset(); }

 private:
  std::optional<TestAnswer> parse(bool to_head);

  TestServer& server_;
  Fd socket_;
  std::string inbox_;
  bool ended_ = false;
  bool reset_ = false;
};

class TestServer {
 public:
  explicit TestServer(HttpLimits limits = {}, FiberLimits fiber_limits = {}, ProxyRules proxy = {});
  ~TestServer();

  TestApplication app;
  FakeClock clock;
  std::unique_ptr<EventLoop> loop;
  std::unique_ptr<Fibers> fibers;
  WorkerSlot slot;
  std::unique_ptr<HttpServer> server;

  const Address& address() const noexcept { return listener_->address(); }
  int listening_socket() const noexcept { return listener_->socket_for(0).fd; }
  void watch_requests(RequestObserver* observer,
                      SlowObserver* slow = nullptr);  // Before anything connects.
  void listen();                                      // On a port of 127.0.0.1.
  Fd dial(int receive_buffer = 0);  // A socket that has connected, before it is accepted.
  TestClient connect(int receive_buffer = 0);  // Accepted.
  TestClient pair();                           // Adopted: one end of a Unix pair.

  void turn();
  // Turns until `fact` holds; false after ten seconds of real time.
  bool until(const std::function<bool()>& fact);
  void pass(Duration time);  // The clock goes on by so much, and the loop turns.
  void settle();             // Turns until there is nothing to do.

 private:
  const HttpLimits limits_;
  const ProxyRules proxy_;
  std::optional<Listener> listener_;
};

}  // namespace svc
