#include "core/sdk/app.h"

#include "core/base/check.h"
#include "core/base/log.h"
#include "core/loop/fiber.h"
#include "core/sdk/app_state.h"
#include "core/sdk/exception_text.h"

namespace svc {
// The base needs a scope before the state is a member.
App::App(Options options) : App(std::make_unique<State>(), std::move(options)) {}

App::App(std::unique_ptr<State> state, Options options)
    : RouteGroup(state->made.root()), own_state_(std::move(state)), state_(own_state_.get()) {
  state_->options = std::move(options);
}

App::App(State& shared, RouteScope& scope) noexcept : RouteGroup(scope), state_(&shared) {}

App::~App() = default;

const Options& App::options() const noexcept { return state_->options; }

void App::mount(GroupPrefix prefix, const std::function<void(App&)>& routes) {
  RouteScope& below = state_->made.add_scope(scope(), prefix.text());
  state_->mounted.push_back(std::unique_ptr<App>(new App(*state_, below)));
  routes(*state_->mounted.back());
}

void App::openapi(OpenApi settings) {
  if (own_state_ != nullptr) state_->pages.configure(std::move(settings));
}

void App::set_version(std::string_view version) { state_->pages.set_version(version); }

void App::on_start(std::function<void()> hook) { state_->start_hooks.push_back(std::move(hook)); }
void App::on_stop(std::function<void()> hook) { state_->stop_hooks.push_back(std::move(hook)); }

void App::upstream(std::string name) { state_->upstreams.declare(std::move(name), std::nullopt); }
void App::upstream(std::string name, UpstreamOptions options) {
  state_->upstreams.declare(std::move(name), std::move(options));
}
void App::url_calls(UpstreamOptions options) {
  state_->upstreams.set_url_options(std::move(options));
}
Upstreams& App::upstreams() noexcept { return state_->upstreams; }

Result<> App::seal() {
  state_->made.seal();
  for (const auto& route : state_->made.routes) {
    const auto index = static_cast<uint32_t>(state_->table.size());
    SVC_TRY_VOID(state_->router.add(route->method(), route->pattern(), index));
    state_->table.push_back(route->info());
    state_->plans.push_back(route->plan(index));
  }
  state_->pages.seal(state_->made);
  SVC_TRY_VOID(state_->upstreams.seal());
  for (const std::string& sentence : state_->options.unread()) log::warn("{}", sentence);
  return {};
}

Result<> App::start() {
  SVC_CHECK(state_->made.sealed);
  state_->started = true;
  for (const auto& hook : state_->start_hooks) {
    try {
      hook();
    } catch (const Cancelled&) {
      throw;  // The worker was told to end while it booted.
    } catch (...) {
      return Error::invalid(exception_text());
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
      log::error("a stop hook failed: {}", exception_text());
    }
  }
}

std::span<const RouteInfo> App::routes() const noexcept { return state_->table; }

}  // namespace svc
