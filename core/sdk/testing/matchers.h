// matchers.h — GoogleMock matchers for answers. Needs gmock, which the SDK itself doesn't.
//
//   EXPECT_THAT(answer, svc::testing::HasStatus(201));
//   EXPECT_THAT(answer, svc::testing::JsonIs(R"({"id":1,"sku":"a"})"));
//   EXPECT_THAT(answer, svc::testing::JsonHas(R"({"sku":"a"})"));        // and maybe more members
//   EXPECT_THAT(answer, svc::testing::HasHeader("Content-Type", StartsWith("text/")));
//   EXPECT_THAT(answer, svc::testing::HasIssue("body", "qty"));          // a 422 names it
//
// JsonIs and JsonHas take a text as well: EXPECT_THAT(answer.parts[0], JsonIs("1")).
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/sdk/testing/answer.h"
#include "core/sdk/testing/json_value.h"

namespace svc::testing {
namespace detail {

inline std::string_view json_text_of(const Answer& answer) { return answer.body; }
inline std::string_view json_text_of(std::string_view text) { return text; }

inline std::string place_text(const std::vector<std::string>& place) {
  std::string text;
  for (const std::string& part : place) text += (text.empty() ? "" : ".") + part;
  return text;
}

}  // namespace detail

MATCHER_P(JsonIs, expected, "is the JSON " + std::string(expected)) {
  const auto difference = json_difference(expected, detail::json_text_of(arg), false);
  if (difference) *result_listener << *difference;
  return !difference;
}

MATCHER_P(JsonHas, expected, "has all of the JSON " + std::string(expected)) {
  const auto difference = json_difference(expected, detail::json_text_of(arg), true);
  if (difference) *result_listener << *difference;
  return !difference;
}

MATCHER_P(HasStatus, status, "has status " + std::to_string(status)) {
  *result_listener << "status " << arg.status << ", body " << arg.body.substr(0, 500);
  return arg.status == status;
}

MATCHER_P2(HasHeader, name, value, "has the field " + std::string(name)) {
  const auto found = arg.header(name);
  if (!found) {
    *result_listener << "it has none";
    return false;
  }
  *result_listener << "it is \"" << *found << "\"";
  return ::testing::Matches(value)(*found);
}

MATCHER_P(HasIssueAt, place, "is a 422 with an issue at " + detail::place_text(place)) {
  *result_listener << "status " << arg.status << ", body " << arg.body.substr(0, 500);
  return arg.status == 422 && has_issue(arg.body, place);
}

template <class... Part>
auto HasIssue(const Part&... part) {
  return HasIssueAt(std::vector<std::string>{std::string(part)...});
}

}  // namespace svc::testing
