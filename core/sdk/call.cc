#include "core/sdk/call.h"

#include <optional>
#include <stdexcept>

#include "core/base/check.h"
#include "core/http/percent.h"
#include "core/loop/fiber.h"
#include "core/sdk/conditional.h"
#include "core/sdk/form_fields.h"
#include "core/sdk/json/read_json.h"
#include "core/sdk/json/write_json.h"
#include "core/sdk/media_type.h"
#include "core/sdk/offload.h"
#include "core/sdk/problem.h"
#include "core/sdk/read_form.h"
#include "core/sdk/route.h"
#include "core/sdk/send_response.h"
#include "core/sdk/types/describe.h"
#include "core/sdk/types/read_scalar.h"

namespace svc {

Call::Call(App& app, const Route& route, Exchange& exchange, const PathParameters& path)
    : Inputs(its_context_),
      route_(route),
      exchange_(exchange),
      path_(path),
      request_(exchange),
      its_context_(app, exchange, request_, route.pattern(), route.fields_read()),
      stream_(exchange),
      body_stream_(exchange) {}

std::string_view Call::encoded_path(size_t placeholder) const noexcept {
  SVC_CHECK(placeholder < path_.count());
  return path_[placeholder];
}

void Call::read_path(size_t placeholder, const TypeInfo& type, void* out) {
  auto decoded = percent_decode(encoded_path(placeholder));
  if (!decoded) throw Problem(400, "the path has a malformed percent-escape");
  const InputPlace path = InputPlace::of("path");
  read_text(*decoded, type, out, path.member(route_.placeholder(placeholder)), issues_);
}

void Call::read_json_body(const TypeInfo& type, void* out) {
  const std::string_view text = body();
  if (text.empty() && type.presence != Presence::required) return;
  const auto content_type = request_.header("Content-Type");
  if (!content_type ? !text.empty()
                    : !is_json_type(*content_type) || !is_utf8_or_unsaid(*content_type)) {
    throw Problem(415, "the body must be JSON in UTF-8, sent with Content-Type: application/json")
        .header("Accept", kJsonType);
  }
  if (auto read = read_json(text, type, out, InputPlace::of("body"), issues_); !read) {
    throw Problem(400, "the body is " + read.error().text);
  }
}

void Call::read_form_body(const TypeInfo& object, void* out) {
  std::vector<FormField> fields =
      parse_form(request_.header("Content-Type").value_or(std::string_view()), body());
  read_form(fields, object, out, InputPlace::of("body"), issues_);
}

void Call::perform(FunctionRef handler) {
  const size_t later = its_context_.later();
  try {
    if (route_.offloaded()) {
      detail::offload(handler);
    } else {
      handler();
    }
  } catch (...) {
    its_context_.forget_later(later);
    throw;
  }
  its_context_.later_is_due();
}

void Call::perform_events(FunctionRef handler) {
  events_.emplace(exchange_);
  try {
    perform(handler);
  } catch (const Cancelled& cancelled) {
    if (cancelled.reason != CancelReason::drain) throw;
  }
  events_->finish();
}

void Call::answer(Response&& response) {
  if (response.has_version()) apply_preconditions(exchange_.head(), response);
  send_response(std::move(response), exchange_);
}

void Call::answer_file(File&& file) {
  std::optional<Response> response;
  detail::offload([&] { response = std::move(file).respond_to(exchange_.head()); });
  answer(*std::move(response));
}

void Call::answer_json(const TypeInfo& type, const void* value, int status,
                       const std::string& location) {
  std::string body;
  append_json(body, type, value);
  ResponseHead head("Content-Type: application/json\r\n", status);
  if (!location.empty()) head.add("Location", percent_encode_reference(location));
  exchange_.respond(std::move(head), std::move(body));
}

void Call::answer_text(std::string&& text) {
  exchange_.respond(ResponseHead("Content-Type: text/plain; charset=utf-8\r\n"), std::move(text));
}

void Call::answer_empty(int status) { exchange_.respond(ResponseHead(status), {}); }

void Call::answer_redirect(int status, std::string_view location) {
  if (status < 300 || status > 399)
    throw std::invalid_argument("a Redirect's status is 300 to 399, not " + std::to_string(status));
  ResponseHead head(status);
  head.add("Location", percent_encode_reference(location));
  exchange_.respond(std::move(head), {});
}

void Call::answer_absent() { throw Problem(404, "there is no such thing"); }

}  // namespace svc
