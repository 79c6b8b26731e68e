#include "core/sdk/testing/client.h"

#include <unistd.h>

#include <stdexcept>

#include "core/loop/event_loop.h"
#include "core/loop/fiber.h"
#include "core/loop/offload.h"
#include "core/sdk/host.h"
#include "core/sdk/testing/exchange.h"

namespace svc::testing {
namespace {

constexpr auto kPatience = 30s;

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
    body();
    done = true;
  });
  if (!fiber) fail(fiber.error());
  const Instant give_up = Clock::steady().now() + kPatience;
  while (!done) {
    if (auto turned = loop->turn(100ms); !turned) fail(turned.error());
    // The fiber refers to this stack: without an answer there is no way on but out.
    if (Clock::steady().now() > give_up) throw std::runtime_error("no answer within 30 s");
  }
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
