#include "core/sdk/call.h"

#include <functional>

#include "core/base/check.h"
#include "core/sdk/json/read_json.h"
#include "core/sdk/json/write_json.h"
#include "core/sdk/offload.h"
#include "core/sdk/problem.h"
#include "core/sdk/route.h"
#include "core/sdk/types/describe.h"
#include "core/sdk/types/read_scalar.h"

namespace svc {

Call::Call(App& app, const Route& route, Exchange& exchange, const PathParameters& path)
    : route_(route),
      exchange_(exchange),
      path_(path),
      request_(exchange),
      context_(app, exchange, request_, route.pattern()),
      stream_(exchange),
      body_stream_(exchange) {}

std::string_view Call::encoded_path(size_t placeholder) const noexcept {
  SVC_CHECK(placeholder < path_.count);
  return path_.values[placeholder];
}

void Call::read_path(size_t placeholder, const TypeInfo& type, void* out) {
  auto decoded = percent_decode(encoded_path(placeholder));
  if (!decoded) throw Problem(400, "the path has a malformed percent-escape");
  const InputPlace path = InputPlace::of("path");
  read_text(*decoded, type, out, path.member(route_.placeholder(placeholder)), issues_);
}

void Call::read_json_body(const TypeInfo& type, void* out) {
  const std::string_view text = body();
  const auto content_type = request_.header("Content-Type");
  if (!content_type ? !text.empty() : !is_json_type(*content_type)) {
    throw Problem(415, "the body must be JSON, sent with Content-Type: application/json")
        .header("Accept", kJsonType);
  }
  if (auto read = read_json(text, type, out, InputPlace::of("body"), issues_); !read) {
    throw Problem(400, "the body is " + read.error().text);
  }
}

// The values of one name: the first one, or all of them for a list. `each` calls what it is given
// with (name, value) for every candidate; `same` compares names.
template <class Each, class Same>
void Call::read_named(std::string_view name, const TypeInfo& type, void* out,
                      const InputPlace& place, Each&& each, Same&& same) {
  const bool many = type.kind == TypeKind::list;
  bool seen = false;
  each([&](std::string_view candidate, std::string_view value) {
    if ((seen && !many) || !same(candidate, name)) return;
    seen = true;
    read_text(value, type, out, place, issues_);
  });
  if (!seen && !many && type.presence == Presence::required) add_missing(place, issues_);
}

void Call::read_query_param(std::string_view name, const TypeInfo& type, void* out) {
  const InputPlace query = InputPlace::of("query");
  const auto each = [&](auto&& take) {
    for (const auto& [key, value] : request_.query()) take(key, value);
  };
  read_named(name, type, out, query.member(name), each, std::equal_to<>());
}

void Call::read_query(const TypeInfo& object, void* out) {
  const void* members[detail::kMembersMax];
  object.object->addresses(out, members);
  size_t i = 0;
  for (const FieldInfo& field : object.object->fields) {
    read_query_param(field.name, *field.type, const_cast<void*>(members[i++]));
  }
}

void Call::read_header(std::string_view name, const TypeInfo& type, void* out) {
  const InputPlace headers = InputPlace::of("header");
  const auto each = [&](auto&& take) {
    for (const HeaderField& field : request_.head().headers) take(field.name, field.value);
  };
  read_named(name, type, out, headers.member(name), each, iequals);
}

void Call::read_cookie(std::string_view name, const TypeInfo& type, void* out) {
  const InputPlace cookies = InputPlace::of("cookie");
  if (const auto value = request_.cookie(name)) {
    read_text(*value, type, out, cookies.member(name), issues_);
  } else if (type.presence == Presence::required) {
    add_missing(cookies.member(name), issues_);
  }
}

void Call::check() {
  if (!issues_.empty()) throw Problem(std::move(issues_).take());
}

void Call::perform(FunctionRef handler) {
  if (route_.offloaded()) {
    detail::offload(handler);
  } else {
    handler();
  }
}

void Call::answer(Response&& response) {
  check_status(response.status());
  exchange_.respond(std::move(response.head()), std::move(response).take_body());
}

void Call::answer_json(const TypeInfo& type, const void* value, int status,
                       const std::string& location) {
  std::string body;
  append_json(body, type, value);
  ResponseHead head(status);
  head.add("Content-Type", kJsonType);
  if (!location.empty()) head.add("Location", location);
  exchange_.respond(std::move(head), std::move(body));
}

void Call::answer_text(std::string&& text) {
  ResponseHead head;
  head.add("Content-Type", kTextType);
  exchange_.respond(std::move(head), std::move(text));
}

void Call::answer_empty(int status) { exchange_.respond(ResponseHead(status), {}); }

void Call::answer_redirect(int status, std::string_view location) {
  check_status(status);
  ResponseHead head(status);
  head.add("Location", location);
  exchange_.respond(std::move(head), {});
}

void Call::answer_absent() { throw Problem(404, "there is no such thing"); }

}  // namespace svc
