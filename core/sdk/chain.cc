#include "core/sdk/chain.h"

#include <stdexcept>

#include "core/loop/fiber.h"
#include "core/sdk/answer_error.h"

namespace svc {

void Chain::step(size_t index) {
  if (index == parts_.steps.size()) return parts_.handler();
  const Middleware& middleware = *parts_.steps[index];
  Next next(*this, index + 1);
  middleware.function()(parts_.context, next);
  if (!parts_.exchange.answered()) {
    throw std::logic_error(std::string(middleware.name()) + " neither called next() nor answered");
  }
}

Outcome& Chain::run(size_t index) {
  try {
    step(index);
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    if (parts_.exchange.outcome().streamed()) throw;
    auto answer = answer_to_exception(parts_.scope);
    if (!answer) throw;
    parts_.exchange.replace(*std::move(answer));
  }
  return parts_.exchange.outcome();
}

Outcome& Chain::answer(Response&& response) {
  parts_.exchange.replace(std::move(response));
  return parts_.exchange.outcome();
}

Outcome& Next::operator()() {
  if (std::exchange(called_, true)) throw std::logic_error("next() was called twice");
  return chain_.run(index_);
}

Outcome& Next::answer(Response response) { return chain_.answer(std::move(response)); }

}  // namespace svc
