#include "core/sdk/mime_types.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

TEST(MimeTypes, FollowFromTheEndOfAName) {
  EXPECT_EQ(mime_type("index.html"), "text/html; charset=utf-8");
  EXPECT_EQ(mime_type("/a.b/STYLE.CSS"), "text/css; charset=utf-8");
  EXPECT_EQ(mime_type("a.json"), "application/json");
  EXPECT_EQ(mime_type("a.wasm"), "application/wasm");
  EXPECT_EQ(mime_type("a.png"), "image/png");
  EXPECT_EQ(mime_type("a.svg"), "image/svg+xml");
}

TEST(MimeTypes, AreBytesWhereNothingIsKnown) {
  for (const char* const name : {"", ".", "a", "a.", "a.no-such-end", "/a.png/b"}) {
    EXPECT_EQ(mime_type(name), "application/octet-stream") << name;
  }
}

}  // namespace
}  // namespace svc
