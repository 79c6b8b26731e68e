#include "core/http/tell_request_id.h"

#include <gtest/gtest.h>

#include <vector>

namespace svc {
namespace {

std::string told(TellId when, std::string_view said, std::string_view own = {}) {
  std::vector<HeaderField> fields;
  if (!said.empty()) fields.push_back({"x-request-id", said});
  RequestHead request;
  request.headers = fields;
  ResponseHead answer;
  if (!own.empty()) answer.add("X-Request-Id", own);
  tell_request_id(when, request, 0xa3, answer);
  return std::string(answer.get("X-Request-Id").value_or("nothing"));
}

TEST(TellRequestId, ToWhoeverAsksOrAlwaysOrNever) {
  EXPECT_EQ(told(TellId::asked, "mine"), "mine");
  EXPECT_EQ(told(TellId::asked, ""), "nothing");
  EXPECT_EQ(told(TellId::asked, "no token"), "nothing");
  EXPECT_EQ(told(TellId::always, "mine"), "mine");
  EXPECT_EQ(told(TellId::always, ""), "00000000000000a3");
  EXPECT_EQ(told(TellId::always, "no token"), "00000000000000a3");
  EXPECT_EQ(told(TellId::never, "mine"), "nothing");
}

TEST(TellRequestId, WhatTheServiceSaysStays) {
  EXPECT_EQ(told(TellId::always, "mine", "its"), "its");
}

}  // namespace
}  // namespace svc
