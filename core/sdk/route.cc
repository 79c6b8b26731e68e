#include "core/sdk/route.h"

#include <algorithm>

#include "core/sdk/problem.h"
#include "core/sdk/scope.h"

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

void collect_fields(std::span<const ParameterInfo> parameters,
                    std::vector<std::string_view>& names) {
  for (const ParameterInfo& parameter : parameters) {
    if (parameter.source == detail::Source::header) names.push_back(parameter.name);
    collect_fields(parameter.made_of, names);
  }
}

}  // namespace

Route::Route(const RouteScope& scope, std::string_view method, std::string_view pattern,
             detail::ErasedHandler handler)
    : scope_(scope),
      method_(method),
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

Route& Route::name(std::string text) {
  notes_.name = std::move(text);
  return *this;
}

Route& Route::summary(std::string text) {
  notes_.summary = std::move(text);
  return *this;
}

Route& Route::description(std::string text) {
  notes_.description = std::move(text);
  return *this;
}

Route& Route::tags(std::initializer_list<std::string_view> names) {
  notes_.tags.insert(notes_.tags.end(), names.begin(), names.end());
  return *this;
}

Route& Route::deprecated() noexcept {
  notes_.deprecated = true;
  return *this;
}

Route& Route::hidden() noexcept {
  notes_.hidden = true;
  return *this;
}

Route& Route::throws(int status, std::string description) {
  static_cast<void>(Problem(status));  // Throws here for what is no error's status.
  notes_.answers.push_back({status, std::move(description)});
  return *this;
}

Route& Route::answers(int status, std::string description, std::string media_type) {
  check_status(status);
  notes_.answers.push_back({status, std::move(description), nullptr, std::move(media_type)});
  return *this;
}

Route& Route::answers_with(int status, std::string description, const TypeInfo& type) {
  check_status(status);
  notes_.answers.push_back({status, std::move(description), &type, "application/json"});
  return *this;
}

RouteInfo Route::info() const {
  RouteInfo info{method_, pattern_};
  info.name = notes_.name;
  info.summary = notes_.summary;
  info.deadline = deadline_.value_or(std::chrono::milliseconds(0));
  info.body_max = body_max_;
  info.offloaded = offloaded_;
  for (const Middleware* step : chain_) info.around.emplace_back(step->name());
  return info;
}

Route& Route::use(Middleware middleware) {
  own_.push_back(std::move(middleware));
  return *this;
}

void Route::seal() {
  chain_ = scope_.chain;
  for (const Middleware& step : own_) chain_.push_back(&step);
  fields_read_.clear();
  collect_fields(handler_info().parameters, fields_read_);
  for (const Middleware* step : chain_) {
    if (step->guard() != nullptr) collect_fields(step->guard()->parameters(), fields_read_);
  }
  const bool guarded = std::ranges::any_of(chain_, [](const auto* s) { return s->guard(); });
  reads_late_ = guarded && handler_.body == BodyMode::buffered;
}

RoutePlan Route::plan(uint32_t index) const noexcept {
  RoutePlan plan;
  plan.body = reads_late_ ? BodyMode::streamed : handler_.body;
  plan.body_max = body_max_;
  plan.endless = handler_.endless;
  plan.deadline = deadline_;
  if (plan.endless && !deadline_) plan.deadline = std::chrono::milliseconds(0);  // None.
  plan.route = index;
  plan.handler = this;
  return plan;
}

}  // namespace svc
