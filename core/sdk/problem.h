// problem.h — an answer that says what went wrong: RFC 9457, application/problem+json.
//
//   throw svc::Problem(409, "the name is taken").with("name", name);
//
// {"type":"about:blank","title":"Conflict","status":409,"detail":"the name is taken","name":"…"}
// Without a detail of its own it is the title.
// One with issues (422) has the shape of issues.h instead. app.on_error(fn) gives all of them,
// the server's own refusals too, another shape.
#pragma once

#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/api.h"
#include "core/sdk/issues.h"
#include "core/sdk/json/write_json.h"
#include "core/sdk/response.h"
#include "core/sdk/types/describe.h"

namespace svc {

class SVC_API Problem : public std::exception {
 public:
  // Throws std::invalid_argument for a status outside 400…599.
  explicit Problem(int status, std::string detail = {});
  // 422, naming every violation.
  explicit Problem(std::vector<Issue> issues);
  Problem(const Problem&) = default;
  Problem(Problem&&) noexcept = default;
  Problem& operator=(const Problem&) = default;
  Problem& operator=(Problem&&) noexcept = default;
  ~Problem() override;

  Problem& type(std::string uri) &;    // "about:blank" otherwise.
  Problem& title(std::string text) &;  // The status's reason phrase otherwise.
  Problem& header(std::string_view name, std::string_view value) &;  // Retry-After, Allow, …
  // A member of its own.
  template <class T>
  Problem& with(std::string_view name, const T& value) & {
    std::string json;
    append_json(json, type_info<T>(), &value);
    return extend(name, std::move(json));
  }
  Problem& with(std::string_view name, const char* value) & {
    return with(name, std::string(value));
  }

  Problem&& type(std::string uri) && { return std::move(type(std::move(uri))); }
  Problem&& title(std::string text) && { return std::move(title(std::move(text))); }
  Problem&& header(std::string_view name, std::string_view value) && {
    return std::move(header(name, value));
  }
  template <class T>
  Problem&& with(std::string_view name, const T& value) && {
    return std::move(with(name, value));
  }
  Problem&& with(std::string_view name, const char* value) && {
    return std::move(with(name, std::string(value)));
  }

  int status() const noexcept { return status_; }
  const std::string& type() const noexcept { return type_; }
  std::string_view title() const noexcept;
  const std::string& detail() const noexcept { return detail_; }
  std::span<const Issue> issues() const noexcept { return issues_; }
  const char* what() const noexcept override;  // The detail, or else the title.

  // The default shape, headers included.
  Response response() const;
  // Puts this problem's own headers on an answer of another shape.
  void add_headers_to(Response& response) const;

 private:
  Problem& extend(std::string_view name, std::string json) &;

  int status_;
  std::string type_ = "about:blank";
  std::string title_;
  std::string detail_;
  std::vector<Issue> issues_;
  std::vector<std::pair<std::string, std::string>> members_;  // Name, JSON.
  std::vector<std::pair<std::string, std::string>> headers_;
};

}  // namespace svc
