#include "core/sdk/testing/client.h"

#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "core/base/check.h"
#include "core/loop/event_loop.h"
#include "core/loop/fiber.h"
#include "core/loop/offload.h"
#include "core/sdk/host.h"
#include "core/sdk/testing/exchange.h"

namespace svc::testing {
namespace {

constexpr std::chrono::milliseconds kPatience = 30s;

[[noreturn]] void fail(const Error& error) { throw std::runtime_error(error.text); }

std::unique_ptr<EventLoop> make_loop() {
  auto loop = EventLoop::create();
  if (!loop) fail(loop.error());
  return *std::move(loop);
}

}  // namespace

// What a worker process has, in the order in which it needs it.
struct Client::Worker {
  explicit Worker(std::vector<OptionRow> options)
      : binding({"test", 0, 1, ::getpid()}, &pool),
        app(Options("service.test.options", std::move(options))) {}

  void run(std::move_only_function<void()> body);
  bool turn_until(const bool& fact, std::chrono::milliseconds time);

  std::chrono::milliseconds patience = kPatience;
  std::unique_ptr<EventLoop> loop = make_loop();
  Fibers fibers{*loop};
  OffloadPool pool{*loop, {}};
  WorkerBinding binding;
  App app;
};

// In a fiber, until it has ended.
void Client::Worker::run(std::move_only_function<void()> body) {
  bool done = false;
  auto fiber = fibers.spawn([&] {
    try {
      body();
    } catch (const Cancelled&) {  // By us, below.
    }
    done = true;
  });
  if (!fiber) fail(fiber.error());
  if (turn_until(done, patience)) return;
  // It refers to this stack: there is no way out for us before it has ended.
  (*fiber)->cancel(CancelReason::drain);
  SVC_CHECK(turn_until(done, kPatience));
  throw std::runtime_error("no answer within " + std::to_string(patience.count()) + " ms");
}

bool Client::Worker::turn_until(const bool& fact, std::chrono::milliseconds time) {
  const Instant give_up = Clock::steady().now() + time;
  while (!fact) {
    if (Clock::steady().now() > give_up) return false;
    if (auto turned = loop->turn(std::min(time, 100ms)); !turned) fail(turned.error());
  }
  return true;
}

Client::Client(const std::function<void(App&)>& routes, std::vector<OptionRow> options)
    : worker_(std::make_unique<Worker>(std::move(options))) {
  App& app = worker_->app;
  routes(app);
  if (auto sealed = app.seal(); !sealed) fail(sealed.error());
  Result<> started;
  worker_->run([&] { started = app.start(); });
  if (!started) fail(started.error());
}

Client::~Client() {
  worker_->run([this] { worker_->app.stop(); });
}

void Client::set_patience(std::chrono::milliseconds time) { worker_->patience = time; }

App& Client::app() noexcept { return worker_->app; }

Answer Client::get(std::string_view target, const Headers& headers) {
  return send("GET", target, {}, headers);
}

Answer Client::post_json(std::string_view target, std::string_view json) {
  return send("POST", target, json, {{"Content-Type", "application/json"}});
}

Answer Client::send(std::string_view method, std::string_view target, std::string_view body,
                    const Headers& headers) {
  FakeExchange exchange(method, target, body, headers, read_max_);
  exchange.set_plan(worker_->app.plan(exchange.head()));
  worker_->run([&] {
    if (deadline_) Fiber::current()->set_deadline(Clock::steady().now() + *deadline_);
    exchange.run(worker_->app);
  });
  return exchange.take_answer();
}

std::optional<std::string> Answer::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (iequals(key, name)) return value;
  }
  return std::nullopt;
}

}  // namespace svc::testing
