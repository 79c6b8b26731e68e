// client.h — calls a service's routes without a socket: for the tests of services, and of the SDK.
//
//   svc::testing::Client client(routes);
//   auto answer = client.post("/orders", NewOrder{.sku = "a"});      // JSON, from the struct
//   EXPECT_EQ(answer.status, 201);
//   EXPECT_EQ(answer.as<Order>().sku, "a");
//
// Handlers run as in a worker: in fibers of a loop, with a pool of threads and shared memory of
// their own; what a socket would do (framing, limits of the server, keep-alive) is left out. One
// thread; calls return when the answer is complete, open() when it has begun.
//
// With {.fake_time = true} time stands still but for advance(), and but for waiting: when every
// handler sleeps, the clock goes to the moment at which the first one wakes. A test of an hour's
// timeout takes no time.
#pragma once

#include <chrono>
#include <concepts>
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
#include "core/sdk/testing/answer.h"

namespace svc::testing {

class Upstream;

struct ClientSetup {
  std::vector<OptionRow> options{};  // [service.test.options]
  bool fake_time = false;
  std::vector<std::pair<std::string, Upstream*>>
      upstreams{};  // upstream.h; they outlive the client.
};

struct FormFile {
  std::string name;  // Of the form's field.
  std::string content{};
  std::string filename{};  // Empty: a plain field.
  std::string type{};      // "" for a file: application/octet-stream.
};

// An answer that is being given, as a client sees it that reads a part at a time. When it goes, the
// client has gone: the handler is cancelled at its next wait, and has ended when leave() returns.
class SVC_API Live {
 public:
  struct State;
  explicit Live(std::shared_ptr<State> state) noexcept;
  ~Live();
  Live(Live&&) noexcept;
  Live& operator=(Live&&) = delete;

  int status() const noexcept;
  const Headers& headers() const noexcept;
  // The next part that was written; nullopt at the end. Waits for it; a handler that is far ahead
  // waits for us, as behind a slow client.
  std::optional<std::string> read();
  // The next event of a text/event-stream; comments (heartbeats) are skipped. nullopt at the end.
  std::optional<ServerEvent> next_event();
  Answer finish();  // All that is left, and the whole answer.
  void leave();

 private:
  std::shared_ptr<State> state_;
  std::string buffered_;
};

class SVC_API Client {
 public:
  // Makes an App, lets `routes` fill it, seals and starts it. Throws std::runtime_error where a
  // worker's boot would fail.
  explicit Client(const std::function<void(App&)>& routes, ClientSetup setup = {});
  // In short: {.options = options}. A template, so that no list in braces is taken for it.
  template <std::same_as<std::vector<OptionRow>> Options>
  Client(const std::function<void(App&)>& routes, Options options)
      : Client(routes, ClientSetup{.options = std::move(options)}) {}
  ~Client();  // Runs the stop hooks.
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Answer get(std::string_view target, const Headers& headers = {});
  Answer head(std::string_view target, const Headers& headers = {});
  Answer del(std::string_view target, const Headers& headers = {});
  // `value` as JSON: a struct, a vector, a map … For a text that is JSON already: post_json().
  template <class T>
  Answer post(std::string_view target, const T& value, const Headers& headers = {}) {
    return send_json("POST", target, json_of(value), headers);
  }
  template <class T>
  Answer put(std::string_view target, const T& value, const Headers& headers = {}) {
    return send_json("PUT", target, json_of(value), headers);
  }
  template <class T>
  Answer patch(std::string_view target, const T& value, const Headers& headers = {}) {
    return send_json("PATCH", target, json_of(value), headers);
  }
  Answer post_json(std::string_view target, std::string_view json, const Headers& headers = {});
  Answer put_json(std::string_view target, std::string_view json, const Headers& headers = {});
  Answer patch_json(std::string_view target, std::string_view json, const Headers& headers = {});
  // application/x-www-form-urlencoded
  Answer post_form(std::string_view target,
                   const std::vector<std::pair<std::string, std::string>>& fields,
                   const Headers& headers = {});
  // multipart/form-data
  Answer post_multipart(std::string_view target, const std::vector<FormFile>& parts,
                        const Headers& headers = {});
  // Host is added, and Content-Length where there is a body. Throws std::runtime_error when there
  // is no answer within 30 s; the handler has been cancelled then, and has ended. (One that can't
  // be interrupted, and doesn't end within 30 s more, ends the test's process.)
  Answer send(std::string_view method, std::string_view target, std::string_view body = {},
              const Headers& headers = {});
  // All of them at once, as of so many clients; the answers in the same order.
  std::vector<Answer> send_all(const std::vector<Outgoing>& requests);
  // Returns when the answer has begun, or is complete. REQUIRES: ends before the client does.
  Live open(std::string_view method, std::string_view target, std::string_view body = {},
            const Headers& headers = {});

  // For the requests that follow.
  void set_deadline(std::optional<std::chrono::milliseconds> time) { deadline_ = time; }
  // How long an answer is waited for, instead of 30 s. Of real time.
  void set_patience(std::chrono::milliseconds time);
  // What a BodyStream gets in one read, at most.
  void set_read_max(size_t bytes) { read_max_ = bytes; }
  // Who asks: "192.0.2.7:4000", "[2001:db8::1]:4000", "unix:"; 127.0.0.1 otherwise.
  void set_peer(std::string_view address) { peer_ = address; }
  // As behind a proxy that ends TLS: Request::scheme() is "https".
  void set_secure(bool secure = true) { secure_ = secure; }
  // Cookies that are set are sent with what follows, whatever their path.
  void keep_cookies(bool keep = true) { keeps_cookies_ = keep; }
  const std::vector<std::pair<std::string, std::string>>& cookies() const { return cookies_; }

  // Until all background work has ended that ends by itself (svc::AtStop::finish). The client's
  // destructor does the same, and cancels the rest.
  void wait_for_background();
  // REQUIRES: fake_time. Time passes; what is due then has run when this returns.
  void advance(Duration time);
  App& app() noexcept;

 private:
  friend class Live;
  friend struct Live::State;
  struct Worker;

  template <class T>
  static std::string json_of(const T& value) {
    std::string json;
    append_json(json, type_info<T>(), &value);
    return json;
  }
  Answer send_json(std::string_view method, std::string_view target, std::string_view json,
                   const Headers& headers);
  void boot(const std::function<void(App&)>& routes);
  void detach_upstreams();
  std::shared_ptr<Live::State> begin(const Outgoing& request, bool piecewise);
  void keep_cookies_of(const Answer& answer);

  std::vector<std::pair<std::string, Upstream*>> upstreams_;
  std::unique_ptr<Worker> worker_;
  std::optional<std::chrono::milliseconds> deadline_;
  size_t read_max_ = SIZE_MAX;
  std::string peer_ = "127.0.0.1:40000";
  bool secure_ = false;
  bool keeps_cookies_ = false;
  std::vector<std::pair<std::string, std::string>> cookies_;
};

}  // namespace svc::testing
