#include "core/sdk/app.h"

#include "core/base/check.h"
#include "core/base/log.h"
#include "core/loop/fiber.h"
#include "core/sdk/app_state.h"

namespace svc {
namespace {

// The exception that is being handled, in words.
std::string current_exception_text() {
  try {
    throw;
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "an exception that is no std::exception";
  }
}

}  // namespace

App::App(Options options) : state_(std::make_unique<State>()) {
  state_->options = std::move(options);
}

App::~App() = default;

const Options& App::options() const noexcept { return state_->options; }

Route& App::add_route(std::string_view method, std::string_view pattern,
                      detail::ErasedHandler handler) {
  SVC_CHECK(!state_->sealed);
  state_->routes.push_back(std::make_unique<Route>(method, pattern, std::move(handler)));
  return *state_->routes.back();
}

void App::set_error_shape(std::function<Response(const Problem&)> shape) {
  state_->error_shape = std::move(shape);
}

void App::on_start(std::function<void()> hook) { state_->start_hooks.push_back(std::move(hook)); }
void App::on_stop(std::function<void()> hook) { state_->stop_hooks.push_back(std::move(hook)); }

Result<> App::seal() {
  SVC_CHECK(!state_->sealed);
  state_->sealed = true;
  for (const auto& route : state_->routes) {
    const auto index = static_cast<uint32_t>(state_->table.size());
    SVC_TRY_VOID(state_->router.add(route->method(), route->pattern(), index));
    state_->table.push_back({route->method(), route->pattern()});
  }
  for (const std::string& sentence : state_->options.unread()) log::warn("{}", sentence);
  return {};
}

Result<> App::start() {
  SVC_CHECK(state_->sealed);
  state_->started = true;
  for (const auto& hook : state_->start_hooks) {
    try {
      hook();
    } catch (const Cancelled&) {
      throw;  // The worker was told to end while it booted.
    } catch (...) {
      return Error::invalid(current_exception_text());
    }
  }
  return {};
}

void App::stop() noexcept {
  if (!std::exchange(state_->started, false)) return;
  for (auto hook = state_->stop_hooks.rbegin(); hook != state_->stop_hooks.rend(); ++hook) {
    try {
      (*hook)();
    } catch (...) {
      log::error("a stop hook failed: {}", current_exception_text());
    }
  }
}

std::span<const RouteInfo> App::routes() const noexcept { return state_->table; }

}  // namespace svc
