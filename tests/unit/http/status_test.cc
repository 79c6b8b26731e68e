#include "core/http/status.h"

#include <gtest/gtest.h>

#include "core/http/message.h"

namespace svc {
namespace {

TEST(Status, LinesArePhrasesInTheirFrame) {
  EXPECT_EQ(status_line(200), "HTTP/1.1 200 OK\r\n");
  EXPECT_EQ(status_line(431), "HTTP/1.1 431 Request Header Fields Too Large\r\n");
  for (int code = -1; code < 1100; ++code) {
    const std::string_view phrase = reason_phrase(code);
    const std::string line =
        phrase.empty() ? ""
                       : "HTTP/1.1 " + std::to_string(code) + " " + std::string(phrase) + "\r\n";
    EXPECT_EQ(status_line(code), line);
  }
}

TEST(Status, CodesThatNobodyRegisteredHaveNoPhrase) {
  for (const int code : {-1, 0, 99, 299, 306, 418, 512, 999, 100'000}) {
    EXPECT_EQ(reason_phrase(code), "") << code;
  }
}

}  // namespace
}  // namespace svc
