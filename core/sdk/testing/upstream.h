// upstream.h — what a service under test calls: another service made of routes, on a socket of
// 127.0.0.1, which can be told to fail in the ways in which upstreams do.
//
//   svc::testing::Upstream prices([](svc::App& app) {
//     app.get("/prices/{sku}", [](std::string sku) { return Price{9.5}; });
//   });
//   svc::testing::Client client(routes, {.upstreams = {{"prices", &prices}}});
//   EXPECT_EQ(client.get("/order/nut").status, 200);
//   prices.fail(svc::testing::Fault::reset);
//   EXPECT_EQ(client.get("/order/nut").status, 502);
//
// It is served by the client's own loop: no thread, no port to choose, and with fake time its waits
// take none. Each answer ends its connection, so that a fault meets the very next request.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/base/api.h"
#include "core/base/clock.h"
#include "core/sdk/app.h"

namespace svc {
class EventLoop;
class Fibers;
}  // namespace svc

namespace svc::testing {

enum class Fault {
  hang,       // Takes the request, and never answers.
  reset,      // Takes the request, then RST.
  close,      // Takes the request, then FIN without an answer.
  garbage,    // Answers with what is no HTTP.
  truncated,  // Announces 100 bytes, sends 10, and ends.
  trickle,    // Sends its answer a byte a second.
};

class SVC_API Upstream {
 public:
  // Listens at once; answers as soon as a client has it. Throws std::runtime_error where a worker's
  // boot would fail.
  explicit Upstream(const std::function<void(App&)>& routes);
  ~Upstream();  // REQUIRES: its client is gone.
  Upstream(const Upstream&) = delete;
  Upstream& operator=(const Upstream&) = delete;

  std::string address() const;  // "127.0.0.1:PORT"
  std::string url() const { return "http://" + address(); }

  void fail(Fault fault, size_t times = 1);  // The next requests, behind those already told.
  void delay(Duration time);                 // Each request waits so long, from now on.
  size_t requests() const noexcept;          // That have come, failed ones included.

 private:
  friend class Client;
  struct State;
  Result<> attach(EventLoop& loop, Fibers& fibers);  // In a fiber.
  void detach(const std::function<void(const bool&)>& turn_until);

  std::unique_ptr<State> state_;
};

}  // namespace svc::testing
