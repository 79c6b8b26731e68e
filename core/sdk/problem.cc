#include "core/sdk/problem.h"

#include <stdexcept>

#include "core/base/json_writer.h"
#include "core/sdk/json/json.h"

namespace svc {

Problem::Problem(int status, std::string detail) : status_(status), detail_(std::move(detail)) {
  if (status >= 400 && status <= 599) return;
  throw std::invalid_argument("a Problem's status is 400 to 599, not " + std::to_string(status));
}

Problem::Problem(std::vector<Issue> issues)
    : status_(422), detail_(describe_issues(issues)), issues_(std::move(issues)) {}

// Here, so that there is one typeinfo of it in libsvc: a module's throw is caught by its address.
Problem::~Problem() = default;

Problem& Problem::type(std::string uri) & {
  type_ = std::move(uri);
  return *this;
}

Problem& Problem::title(std::string text) & {
  title_ = std::move(text);
  return *this;
}

Problem& Problem::header(std::string_view name, std::string_view value) & {
  ResponseHead().set(name, value);  // Throws here, where the mistake is, and not while answering.
  headers_.emplace_back(name, value);
  return *this;
}

Problem& Problem::extend(std::string_view name, std::string json) & {
  members_.emplace_back(name, std::move(json));
  return *this;
}

std::string_view Problem::title() const noexcept {
  if (!title_.empty()) return title_;
  const std::string_view phrase = reason_phrase(status_);
  return phrase.empty() ? std::string_view("Error") : phrase;
}

const char* Problem::what() const noexcept {
  if (!detail_.empty()) return detail_.c_str();
  return title().data();  // A string's or a literal's: it ends with a zero.
}

Response Problem::response() const {
  std::string out;
  JsonWriter json(out);
  json.object([&] {
    if (!issues_.empty()) {
      json.key("detail");
      write_issues(json, issues_);
    } else {
      json.field("type", type_);
      json.field("title", title());
      json.field("status", status_);
      // There in any case: many a client shows it and nothing else.
      json.field("detail", detail_.empty() ? title() : std::string_view(detail_));
    }
    for (const auto& [name, value] : members_) {
      json.key(name);
      json.raw(value);
    }
  });
  Response response(status_);
  response.body(std::move(out), issues_.empty() ? "application/problem+json" : kJsonType);
  add_headers_to(response);
  return response;
}

void Problem::add_headers_to(Response& response) const {
  for (const auto& [name, value] : headers_) response.header(name, value);
}

namespace detail {

void read_json_or_throw(std::string_view text, const TypeInfo& type, void* out) {
  Issues issues;
  if (auto read = read_json(text, type, out, InputPlace::of("body"), issues); !read) {
    throw Problem(400, "the text is " + read.error().text);
  }
  if (!issues.empty()) throw Problem(std::move(issues).take());
}

}  // namespace detail
}  // namespace svc
