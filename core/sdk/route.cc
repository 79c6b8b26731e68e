#include "core/sdk/route.h"

namespace svc {
namespace {

// Of a pattern that judge_pattern has accepted.
std::vector<std::string_view> placeholder_names(std::string_view pattern) {
  std::vector<std::string_view> names;
  for (size_t open = pattern.find('{'); open != std::string_view::npos;
       open = pattern.find('{', open + 1)) {
    const std::string_view rest = pattern.substr(open + 1);
    names.push_back(rest.substr(0, rest.find_first_of(".}")));
  }
  return names;
}

}  // namespace

Route::Route(std::string_view method, std::string_view pattern, detail::ErasedHandler handler)
    : method_(method),
      pattern_(pattern),
      placeholders_(placeholder_names(pattern_)),
      handler_(std::move(handler)) {}

Route& Route::offload() noexcept {
  offloaded_ = true;
  return *this;
}

Route& Route::deadline(std::chrono::milliseconds time) noexcept {
  deadline_ = time;
  return *this;
}

Route& Route::body_max(uint64_t bytes) noexcept {
  body_max_ = bytes;
  return *this;
}

RoutePlan Route::plan(uint32_t index) const noexcept {
  RoutePlan plan;
  plan.body = handler_.body;
  plan.body_max = body_max_;
  plan.deadline = deadline_;
  plan.route = index;
  plan.handler = this;
  return plan;
}

}  // namespace svc
