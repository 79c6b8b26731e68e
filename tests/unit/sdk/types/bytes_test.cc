#include "core/sdk/types/bytes.h"

#include <gtest/gtest.h>

#include "tests/unit/sdk/types/judge.h"

namespace svc {
namespace {

std::string base64(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

// RFC 4648 §10.
TEST(Bytes, CrossAsBase64) {
  const std::pair<const char*, const char*> kPairs[] = {{"", ""},
                                                        {"f", "Zg=="},
                                                        {"fo", "Zm8="},
                                                        {"foo", "Zm9v"},
                                                        {"foob", "Zm9vYg=="},
                                                        {"fooba", "Zm9vYmE="},
                                                        {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : kPairs) {
    EXPECT_EQ(base64(bytes), text);
    std::string back;
    EXPECT_TRUE(parse_base64(text, back));
    EXPECT_EQ(back, bytes);
  }
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  std::string back;
  EXPECT_TRUE(parse_base64(base64(all), back));
  EXPECT_EQ(back, all);
}

TEST(Bytes, OneTextForEachValue) {
  std::string out;
  for (const char* text : {"Zg", "Zg=", "Zh==", "Zm9=", "Z", "====", "=", "Zg==Zg==", "Zm 9v",
                           "Zm9v\n", "Zm-_", "Z===", "Zm9v=", "\xff\xff\xff\xff"}) {
    EXPECT_FALSE(parse_base64(text, out)) << text;
  }
  EXPECT_EQ(testing::judge<Bytes>(R"("Zg")"), "body bytes_parsing");
  EXPECT_EQ(testing::judge<Bytes>("[1]"), "body string_type");
  EXPECT_EQ(testing::again<Bytes>(R"("Zm9v")"), R"("Zm9v")");
}

}  // namespace
}  // namespace svc
