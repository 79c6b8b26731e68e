// client.h — calls a service's routes without a socket: for the tests of services, and of the SDK.
//
//   svc::testing::Client client(routes);
//   auto answer = client.post_json("/orders", R"({"sku":"a"})");
//   EXPECT_EQ(answer.status, 201);
//   EXPECT_EQ(answer.as<Order>().sku, "a");
//
// Handlers run as in a worker: in fibers of a loop, with a pool of threads; what a socket would do
// (framing, limits, keep-alive) is left out. One thread; calls return when the answer is complete.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/api.h"
#include "core/sdk/app.h"
#include "core/sdk/json/json.h"

namespace svc::testing {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct SVC_API Answer {
  int status = 0;
  Headers headers;
  std::string body;
  std::vector<std::string> parts;  // Of a stream: each write.
  Headers trailers;
  std::optional<uint64_t> length;  // That a stream announced.
  bool cut = false;                // The handler failed after its answer had begun.

  std::optional<std::string> header(std::string_view name) const;
  template <class T>
  T as() const {
    return from_json<T>(body);
  }
};

class SVC_API Client {
 public:
  // Makes an App, lets `routes` fill it, seals and starts it. Throws std::runtime_error where a
  // worker's boot would fail.
  explicit Client(const std::function<void(App&)>& routes, std::vector<OptionRow> options = {});
  ~Client();  // Runs the stop hooks.
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Answer get(std::string_view target, const Headers& headers = {});
  Answer post_json(std::string_view target, std::string_view json);
  // Host is added, and Content-Length where there is a body. Throws std::runtime_error when there
  // is no answer within 30 s; the handler has been cancelled then, and has ended. (One that can't
  // be interrupted, and doesn't end within 30 s more, ends the test's process.)
  Answer send(std::string_view method, std::string_view target, std::string_view body = {},
              const Headers& headers = {});

  // For the requests that follow.
  void set_deadline(std::optional<std::chrono::milliseconds> time) { deadline_ = time; }
  // How long an answer is waited for, instead of 30 s.
  void set_patience(std::chrono::milliseconds time);
  // What a BodyStream gets in one read, at most.
  void set_read_max(size_t bytes) { read_max_ = bytes; }

  App& app() noexcept;

 private:
  struct Worker;
  std::unique_ptr<Worker> worker_;
  std::optional<std::chrono::milliseconds> deadline_;
  size_t read_max_ = SIZE_MAX;
};

}  // namespace svc::testing
