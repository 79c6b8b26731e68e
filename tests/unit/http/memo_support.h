// memo_support.h — one parser for request after request: for the tests of what it remembers.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/http/request_parser.h"

namespace svc {

class MemoTest : public ::testing::Test {
 protected:
  using HeadState = RequestParser::HeadState;

  const RequestHead& parse(const std::string& message) {
    parser_.reset();
    text_ = message;
    EXPECT_EQ(parser_.parse_head(text_), HeadState::complete) << message;
    return parser_.head();
  }
  // The status; 0: it was not refused.
  int refused(const std::string& message) {
    parser_.reset();
    text_ = message;
    if (parser_.parse_head(text_) != HeadState::refused) return 0;
    return parser_.refusal().status;
  }
  bool is_here(std::string_view view) const {
    return view.data() >= text_.data() && view.data() + view.size() <= text_.data() + text_.size();
  }

  RequestParser parser_{HttpLimits{}};
  std::string text_;
};

}  // namespace svc
