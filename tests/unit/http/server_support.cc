#include "server_support.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>

#include "core/http/message.h"

namespace svc {

void TestApplication::on(std::string path, Handler handler, RoutePlan plan) {
  plan.route = static_cast<uint32_t>(infos_.size());
  infos_.push_back({"*", path});
  Route& route = routes_[std::move(path)] = {plan, std::move(handler)};
  route.plan.handler = &route;
}

const RoutePlan& TestApplication::plan(const RequestHead& head) noexcept {
  const auto at = routes_.find(head.path);
  return at != routes_.end() ? at->second.plan : kUnroutedPlan;
}

void TestApplication::serve(Exchange& exchange) {
  if (const auto* route = static_cast<const Route*>(exchange.plan().handler)) {
    route->handler(exchange);
  } else {
    exchange.respond(ResponseHead(404), "not found");
  }
}

std::pair<std::string, std::string_view> TestApplication::refusal(
    int status, std::string_view detail) noexcept {
  return {"{\"status\":" + std::to_string(status) + ",\"detail\":\"" + std::string(detail) + "\"}",
          "application/problem+json"};
}

std::string TestAnswer::field(std::string_view name) const {
  size_t at = 0;
  while (at < head.size()) {
    const size_t end = head.find("\r\n", at);
    const std::string_view line = std::string_view(head).substr(at, end - at);
    const size_t colon = line.find(':');
    if (colon != line.npos && iequals(line.substr(0, colon), name)) {
      return std::string(line.substr(colon + 2));
    }
    if (end == head.npos) break;
    at = end + 2;
  }
  return "";
}

bool TestClient::send(std::string_view bytes) {
  return server_.until([&] {
    while (!bytes.empty()) {
      const ssize_t sent =
          ::send(socket(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0) return errno != EAGAIN;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }) && bytes.empty();
}

bool TestClient::receive() {
  std::array<char, 64 * 1024> space;
  const ssize_t size = ::recv(socket(), space.data(), space.size(), MSG_DONTWAIT);
  if (size > 0) inbox_.append(space.data(), static_cast<size_t>(size));
  if (size == 0) ended_ = true;
  if (size < 0 && errno != EAGAIN) ended_ = reset_ = true;
  return size > 0;
}

std::optional<TestAnswer> TestClient::answer(bool to_head) {
  std::optional<TestAnswer> found;
  server_.until([&] {
    while (receive()) {
    }
    found = parse(to_head);
    return found || ended_;
  });
  return found;
}

std::optional<TestAnswer> TestClient::ask(std::string_view request) {
  if (!send(request)) return std::nullopt;
  return answer(request.starts_with("HEAD "));
}

bool TestClient::ended() {
  return server_.until([&] {
    while (receive()) {
    }
    return ended_;
  });
}

void TestClient::shut_output() { ASSERT_EQ(::shutdown(socket(), SHUT_WR), 0); }

void TestClient::reset() {
  const struct linger hard { .l_onoff = 1, .l_linger = 0 };
  ASSERT_EQ(::setsockopt(socket(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard), 0);
  socket_.reset();
}

// An answer from the front of the inbox, taken out if it is complete.
std::optional<TestAnswer> TestClient::parse(bool to_head) {
  TestAnswer answer;
  const size_t head_end = inbox_.find("\r\n\r\n");
  if (head_end == inbox_.npos) return std::nullopt;
  answer.head = inbox_.substr(0, head_end);
  answer.status = std::stoi(answer.head.substr(9, 3));
  size_t at = head_end + 4;
  const bool bodyless =
      to_head || answer.status < 200 || answer.status == 204 || answer.status == 304;
  if (bodyless) {
  } else if (answer.field("Transfer-Encoding") == "chunked") {
    for (;;) {
      const size_t line = inbox_.find("\r\n", at);
      if (line == inbox_.npos) return std::nullopt;
      const size_t size = std::stoul(inbox_.substr(at, line - at), nullptr, 16);
      at = line + 2;
      if (size == 0) break;
      if (inbox_.size() < at + size + 2) return std::nullopt;
      answer.body += inbox_.substr(at, size);
      at += size + 2;
    }
    for (;;) {
      const size_t line = inbox_.find("\r\n", at);
      if (line == inbox_.npos) return std::nullopt;
      const std::string field = inbox_.substr(at, line - at);
      at = line + 2;
      if (field.empty()) break;
      answer.trailers += field + "\n";
    }
  } else if (const std::string length = answer.field("Content-Length"); !length.empty()) {
    const size_t size = std::stoul(length);
    if (inbox_.size() < at + size) return std::nullopt;
    answer.body = inbox_.substr(at, size);
    at += size;
  } else {
    if (!ended_) return std::nullopt;
    answer.body = inbox_.substr(at);
    at = inbox_.size();
  }
  inbox_.erase(0, at);
  return answer;
}

TestServer::TestServer(HttpLimits limits, FiberLimits fiber_limits, ProxyRules proxy)
    : loop(EventLoop::create(clock).value()),
      fibers(std::make_unique<Fibers>(*loop, fiber_limits)),
      limits_(limits),
      proxy_(std::move(proxy)) {
  server =
      std::make_unique<HttpServer>(HttpServer::Parts{*loop, *fibers, app, slot, limits_, proxy_});
  app.on("/hello", [](Exchange& x) { x.respond(ResponseHead(200), "hello"); });
  app.on("/echo", [](Exchange& x) { x.respond(ResponseHead(200), std::string(x.body())); });
}

void TestServer::watch_requests(RequestObserver* observer, SlowObserver* slow) {
  server.reset();
  server = std::make_unique<HttpServer>(HttpServer::Parts{.loop = *loop,
                                                          .fibers = *fibers,
                                                          .application = app,
                                                          .slot = slot,
                                                          .limits = limits_,
                                                          .proxy = proxy_,
                                                          .observer = observer,
                                                          .slow_observer = slow});
}

TestServer::~TestServer() {
  // What a failed test left behind must not hide its message behind a check.
  if (server && server->in_flight() > 0) {
    clock.advance(24h);
    settle();
  }
  server.reset();
}

void TestServer::listen() {
  ListenerOptions options;
  options.reuseport = false;
  auto opened = Listener::open(Address::parse("127.0.0.1:0").value(), options, 1);
  ASSERT_TRUE(opened) << opened.error().text;
  listener_.emplace(std::move(*opened));
  const auto added = server->add_listener(listener_->socket_for(0));
  ASSERT_TRUE(added) << added.error().text;
}

Fd TestServer::dial(int receive_buffer) {
  if (!listener_) listen();
  Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;  // A request in two pieces would wait for a delayed acknowledgement.
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (receive_buffer > 0) {
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  }
  if (::connect(socket.get(), address().get(), address().length()) != 0) return Fd();
  return socket;
}

TestClient TestServer::connect(int receive_buffer) {
  if (!listener_) listen();
  const uint64_t before = slot.connections_accepted.get();
  Fd socket = dial(receive_buffer);
  EXPECT_TRUE(until([&] { return slot.connections_accepted.get() > before; }));
  return TestClient(*this, std::move(socket));
}

TestClient TestServer::pair() {
  int ends[2];
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  server->adopt(Fd(ends[0]));
  return TestClient(*this, Fd(ends[1]));
}

void TestServer::turn() {
  const auto turned = loop->turn(1ms);
  EXPECT_TRUE(turned) << turned.error().text;
}

bool TestServer::until(const std::function<bool()>& fact) {
  const auto give_up = std::chrono::steady_clock::now() + 10s;
  while (!fact()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    turn();
  }
  return true;
}

void TestServer::pass(Duration time) {
  clock.advance(time);
  settle();
}

// Loopback delivers within the call: five turns without an event are enough to be sure of peace.
void TestServer::settle() {
  for (int quiet = 0, turns = 0; quiet < 5 && turns < 100; ++turns) {
    turn();
    quiet = loop->worked() ? 0 : quiet + 1;
  }
}

}  // namespace svc
