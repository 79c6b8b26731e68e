#include "core/sdk/conditional.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "core/sdk/app.h"
#include "core/sdk/testing/client.h"

namespace svc {
namespace {

using testing::Client;

void versioned(App& app) {
  app.get("/tag", [] { return Response().etag("v7").header("X-A", "1").text("hello"); });
  app.get("/time", [] {
    return Response().last_modified(std::chrono::sys_seconds(std::chrono::seconds(784'111'777)));
  });
  app.get("/other", [] { return Response(203).etag("v7").text("hello"); });
  app.put("/thing/{version}", [](Request& request, std::string version) {
    require_unchanged(request, version == "none" ? "" : version);
    return std::string("changed");
  });
}

TEST(Conditional, AVersionThatTheClientHasIsNotSentAgain) {
  Client client(versioned);
  EXPECT_EQ(client.get("/tag").header("ETag"), "\"v7\"");
  const auto known = client.get("/tag", {{"If-None-Match", "\"v7\""}});
  EXPECT_EQ(known.status, 304);
  EXPECT_EQ(known.header("X-A"), "1");
  EXPECT_FALSE(known.header("Content-Type"));
  EXPECT_EQ(client.get("/tag", {{"If-None-Match", "\"v6\""}}).body, "hello");
  EXPECT_EQ(client.get("/tag", {{"If-Match", "\"v6\""}}).status, 412);
  EXPECT_EQ(client.get("/other", {{"If-None-Match", "\"v7\""}}).status, 203);
  EXPECT_EQ(client.get("/time", {{"If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"}}).status,
            304);
}

TEST(Conditional, AChangeIsRefusedWhenTheThingIsAnother) {
  Client client(versioned);
  const auto put = [&](const char* version, testing::Headers fields) {
    return client.send("PUT", std::string("/thing/") + version, {}, fields).status;
  };
  EXPECT_EQ(put("v1", {}), 200);
  EXPECT_EQ(put("v1", {{"If-Match", "\"v1\""}}), 200);
  EXPECT_EQ(put("v2", {{"If-Match", "\"v1\""}}), 412);
  EXPECT_EQ(put("none", {{"If-Match", "*"}}), 412);
  EXPECT_EQ(put("none", {{"If-None-Match", "*"}}), 200);
  EXPECT_EQ(put("v1", {{"If-None-Match", "*"}}), 412);
}

TEST(Conditional, ATagIsWhatATagCanBe) {
  EXPECT_EQ(quoted_etag("a-1"), "\"a-1\"");
  EXPECT_THROW(quoted_etag("a\"b"), std::invalid_argument);
  EXPECT_THROW(quoted_etag("a b"), std::invalid_argument);
  EXPECT_THROW(quoted_etag("a\r\n"), std::invalid_argument);
}

}  // namespace
}  // namespace svc
