#include "core/sdk/testing/upstream.h"

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <string>

#include "core/base/sys.h"
#include "core/loop/fiber.h"
#include "core/net/address.h"
#include "core/sdk/testing/client.h"
#include "core/sdk/testing/matchers.h"

namespace svc {
namespace {

using testing::Client;
using testing::Fault;
using testing::HasStatus;
using testing::Upstream;

// All that an upstream says to one request; "reset" for a reset.
std::string ask_upstream(const std::string& address) {
  const Address to = *Address::parse(address);
  const Fd caller(sys::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  static_cast<void>(sys::connect(caller.get(), to.get(), to.length()));
  EXPECT_TRUE(this_fiber::wait_fd(caller.get(), EPOLLOUT));
  constexpr std::string_view kRequest = "GET /price HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_EQ(sys::send(caller.get(), kRequest.data(), kRequest.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(kRequest.size()));
  std::string said;
  char buffer[4096];
  for (;;) {
    const ssize_t size = sys::recv(caller.get(), buffer, sizeof buffer, 0);
    if (size == 0) return said;
    if (size < 0 && errno != EAGAIN) return "reset";
    if (size > 0) {
      said.append(buffer, static_cast<size_t>(size));
    } else {
      EXPECT_TRUE(this_fiber::wait_fd(caller.get(), EPOLLIN));
    }
  }
}

class UpstreamTest : public ::testing::Test {
 protected:
  Upstream prices{[](App& app) { app.get("/price", [] { return 9.5; }); }};
  Client client{
      [this](App& app) { app.get("/ask", [this] { return ask_upstream(prices.address()); }); },
      {.fake_time = true, .upstreams = {{"prices", &prices}}}};
};

TEST_F(UpstreamTest, AnswersFromItsRoutesAndEndsTheConnection) {
  const std::string said = client.get("/ask").body;
  EXPECT_TRUE(said.starts_with("HTTP/1.1 200 OK\r\n")) << said;
  EXPECT_TRUE(said.ends_with("\r\n\r\n9.5")) << said;
  EXPECT_EQ(prices.requests(), 1u);
}

TEST_F(UpstreamTest, FailsAsItIsTold) {
  for (const Fault fault :
       {Fault::reset, Fault::close, Fault::garbage, Fault::truncated, Fault::trickle})
    prices.fail(fault);
  EXPECT_EQ(client.get("/ask").body, "reset");
  EXPECT_EQ(client.get("/ask").body, "");
  EXPECT_TRUE(client.get("/ask").body.starts_with("SSH-2.0"));
  EXPECT_TRUE(client.get("/ask").body.ends_with("Content-Length: 100\r\n\r\n0123456789"));
  EXPECT_TRUE(client.get("/ask").body.ends_with("......"));  // In no time.
  EXPECT_TRUE(client.get("/ask").body.ends_with("9.5"));
  EXPECT_EQ(prices.requests(), 6u);
}

TEST_F(UpstreamTest, StandsForTheOneThatAServiceDeclares) {
  const auto calls_of = [](const std::function<void(App&)>& declare) {
    size_t requests = 0;
    Upstream busy([&](App& app) {
      app.get("/price", [&] {
        ++requests;
        throw Problem(503);
      });
    });
    Client shop(
        [&](App& app) {
          declare(app);
          app.get("/", [](Context& ctx) { return ctx.http("prices").get("/price").as<double>(); });
        },
        {.fake_time = true, .upstreams = {{"prices", &busy}}});
    EXPECT_THAT(shop.get("/"), HasStatus(502));
    return requests;
  };
  EXPECT_EQ(calls_of([](App& app) { app.upstream("prices"); }), 3u);
  EXPECT_EQ(calls_of([](App& app) { app.upstream("prices", {.attempts = 2}); }), 2u)
      << "what the code says of it holds";
}

TEST_F(UpstreamTest, HangsUntilTheCallerGivesUp) {
  prices.fail(Fault::hang);
  client.set_deadline(5s);
  EXPECT_THAT(client.get("/ask"), HasStatus(503));
  prices.delay(10s);
  EXPECT_THAT(client.get("/ask"), HasStatus(503));
}

}  // namespace
}  // namespace svc
