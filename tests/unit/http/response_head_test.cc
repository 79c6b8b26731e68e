#include <gtest/gtest.h>

#include <stdexcept>

#include "core/http/message.h"

namespace svc {
namespace {

TEST(ResponseHead, KeepsFieldsInOrder) {
  ResponseHead head;
  head.add("A", "1").add("B", "2").add("a", "3");
  EXPECT_EQ(head.encoded(), "A: 1\r\nB: 2\r\na: 3\r\n");
  EXPECT_EQ(head.get("a"), "1");
  EXPECT_EQ(head.get("b"), "2");
  EXPECT_FALSE(head.has("c"));
}

TEST(ResponseHead, SetReplacesAllOfAName) {
  ResponseHead head;
  head.add("A", "1").add("B", "2").add("a", "3").set("A", "4");
  EXPECT_EQ(head.encoded(), "B: 2\r\nA: 4\r\n");
  head.set("B", *head.get("B"));  // A view of what is replaced.
  EXPECT_EQ(head.encoded(), "A: 4\r\nB: 2\r\n");
}

// Whatever of it has to move meanwhile.
TEST(ResponseHead, TakesViewsOfItself) {
  ResponseHead head;
  head.add("X-0", std::string(100, 'v'));
  std::string expected = "X-0: " + std::string(100, 'v') + "\r\n";
  for (int i = 1; i < 40; ++i) {
    const std::string name = "X-" + std::to_string(i);
    head.add(name, *head.get("X-0"));
    expected += name + ": " + std::string(100, 'v') + "\r\n";
    ASSERT_EQ(head.encoded(), expected);
  }
  head.set("X-7", *head.get("X-7"));
  EXPECT_EQ(head.get("x-7"), std::string(100, 'v'));
  head.remove(head.encoded().substr(0, 3));
  EXPECT_EQ(head.get("X-0"), std::nullopt);
}

TEST(ResponseHead, RemovesAllOfAName) {
  ResponseHead head;
  head.add("a", "1").add("B", "2").add("A", "3").add("c", "4").add("a", "5");
  head.remove("a").remove("not-there");
  EXPECT_EQ(head.encoded(), "B: 2\r\nc: 4\r\n");
  EXPECT_EQ(head.set("b", "6").encoded(), "c: 4\r\nb: 6\r\n");
}

TEST(ResponseHead, TrimsValues) {
  ResponseHead head;
  head.add("A", " \t1 2\t ").add("B", "");
  EXPECT_EQ(head.get("A"), "1 2");
  EXPECT_EQ(head.get("B"), "");
}

TEST(ResponseHead, LetsNoControlCharacterThrough) {
  for (int byte = 0; byte < 256; ++byte) {
    ResponseHead head;
    const std::string value = std::string("a") + static_cast<char>(byte) + "b";
    const bool bad = (byte < 0x20 && byte != '\t') || byte == 0x7f;
    if (bad) {
      EXPECT_THROW(head.add("A", value), std::invalid_argument) << byte;
      EXPECT_THROW(head.set("A", value), std::invalid_argument) << byte;
      EXPECT_EQ(head.encoded(), "");
    } else {
      EXPECT_NO_THROW(head.add("A", value)) << byte;
    }
  }
}

TEST(ResponseHead, LetsOnlyTokensBeNames) {
  ResponseHead head;
  for (const auto* name : {"", "A B", "A:", "A\r\nB", "A\n", "(", "\xe9"}) {
    EXPECT_THROW(head.add(name, "1"), std::invalid_argument) << name;
  }
}

TEST(ResponseHead, LeavesTheServersFieldsToTheServer) {
  ResponseHead head;
  for (const auto* name :
       {"Date", "content-length", "Transfer-Encoding", "CONNECTION", "Keep-Alive"}) {
    EXPECT_THROW(head.add(name, "1"), std::invalid_argument) << name;
    EXPECT_THROW(head.set(name, "1"), std::invalid_argument) << name;
  }
}

TEST(ResponseHead, StaysAsItWasWhenAFieldIsRefused) {
  ResponseHead head;
  head.add("A", "1");
  EXPECT_THROW(head.set("A", "\n"), std::invalid_argument);
  EXPECT_EQ(head.encoded(), "A: 1\r\n");
}

}  // namespace
}  // namespace svc
