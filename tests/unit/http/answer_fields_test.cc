#include "core/http/answer_fields.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace svc {
namespace {

TEST(AnswerFields, ReplaceAndAdd) {
  AnswerFields fields;
  fields.add("Vary", "Origin");
  fields.set("X-A", "1");
  fields.set("x-a", "2");
  ResponseHead head;
  head.add("Vary", "Accept").add("X-A", "own");
  fields.apply(head);
  EXPECT_EQ(head.encoded(), "Vary: Accept\r\nVary: Origin\r\nx-a: 2\r\n");
  fields.clear();
  EXPECT_TRUE(fields.empty());
}

TEST(AnswerFields, RefuseWhatSplitsAnAnswer) {
  AnswerFields fields;
  EXPECT_THROW(fields.set("X", "a\r\nB: c"), std::invalid_argument);
  EXPECT_THROW(fields.add("Content-Length", "3"), std::invalid_argument);
  EXPECT_TRUE(fields.empty());
}

}  // namespace
}  // namespace svc
