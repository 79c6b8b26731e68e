#include "core/sdk/testing/live.h"

#include <stdexcept>
#include <utility>

#include "core/base/check.h"

namespace svc::testing {

void Live::State::start(std::optional<std::chrono::milliseconds> deadline) {
  exchange.set_plan(worker.app.plan(exchange.head()));
  auto spawned = worker.fibers.spawn([this, deadline] {
    fiber = Fiber::current();
    if (deadline) fiber->set_deadline(worker.loop->clock().now() + *deadline);
    exchange.run(worker.app);
    done = true;
    fiber = nullptr;
  });
  if (!spawned) throw std::runtime_error(spawned.error().text);
}

void Live::State::wait_for(const std::function<bool()>& fact) {
  if (worker.turn_until(fact, worker.patience)) return;
  end();
  throw std::runtime_error("no answer within " + std::to_string(worker.patience.count()) + " ms");
}

void Live::State::end() {
  if (fiber != nullptr) fiber->cancel(CancelReason::client_gone);
  // It refers to the exchange: there is no way out for us before it has ended.
  SVC_CHECK(worker.turn_until([this] { return done; }, std::chrono::seconds(30)));
}

Live::Live(std::shared_ptr<State> state) noexcept : state_(std::move(state)) {}
Live::Live(Live&&) noexcept = default;

Live::~Live() {
  if (state_ && !state_->done) state_->end();
}

int Live::status() const noexcept { return state_->exchange.answer().status; }
const Headers& Live::headers() const noexcept { return state_->exchange.answer().headers; }

std::optional<std::string> Live::read() {
  const Answer& answer = state_->exchange.answer();
  state_->wait_for([&] { return state_->done || answer.parts.size() > state_->read; });
  if (answer.parts.size() > state_->read) {
    state_->exchange.take_part();
    return answer.parts[state_->read++];
  }
  // An answer in one piece is its own only part.
  if (answer.parts.empty() && state_->read == 0 && !answer.body.empty()) {
    ++state_->read;
    return answer.body;
  }
  return std::nullopt;
}

std::optional<ServerEvent> Live::next_event() {
  for (;;) {
    if (auto event = take_event(buffered_)) return event;
    const auto part = read();
    if (!part) return std::nullopt;
    buffered_ += *part;
  }
}

Answer Live::finish() {
  while (read()) {
  }
  return state_->exchange.answer();
}

void Live::leave() { state_->end(); }

}  // namespace svc::testing
