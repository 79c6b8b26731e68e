// builtin = "echo", as a client sees it.
#include <gtest/gtest.h>

#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

TEST(Echo, TellsARequestBack) {
  Svcd svcd("[service.echo]\nbuiltin = \"echo\"\nlisten = [\"127.0.0.1:0\"]\nworkers = 1\n");
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const auto answer = fetch(svcd.address("echo"), "POST", "/anything/x?a=1",
                            "Content-Type: application/json\r\n", R"({"b":[2]})");
  ASSERT_TRUE(answer);
  EXPECT_EQ(json_text(answer->body, "/method"), "POST");
  EXPECT_EQ(json_text(answer->body, "/args/a"), "1");
  EXPECT_EQ(json_raw(answer->body, "/json"), R"({"b":[2]})");
  EXPECT_EQ(json_text(answer->body, "/origin"), "127.0.0.1");
  EXPECT_EQ(json_raw(answer->body, "/files"), "{}");
  EXPECT_EQ(fetch(svcd.address("echo"), "/")->status, 404);
  EXPECT_TRUE(svcd.stop());
}

TEST(Echo, TellsUploadedFiles) {
  Svcd svcd("[service.echo]\nbuiltin = \"echo\"\nlisten = [\"127.0.0.1:0\"]\nworkers = 1\n");
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const std::string body =
      "--limit\r\nContent-Disposition: form-data; name=\"who\"\r\n\r\nann\r\n"
      "--limit\r\nContent-Disposition: form-data; name=\"note\"; filename=\"n.txt\"\r\n"
      "Content-Type: text/plain\r\n\r\nhello\r\n"
      "--limit\r\nContent-Disposition: form-data; name=\"dot\"; filename=\"dot.png\"\r\n"
      "Content-Type: image/png\r\n\r\n\x89PNG\xff\r\n--limit--\r\n";
  const auto answer = fetch(svcd.address("echo"), "POST", "/anything",
                            "Content-Type: multipart/form-data; boundary=limit\r\n", body);
  ASSERT_TRUE(answer);
  ASSERT_TRUE(is_json(answer->body)) << answer->body;
  EXPECT_EQ(json_raw(answer->body, "/form"), R"({"who":"ann"})");
  EXPECT_EQ(json_raw(answer->body, "/files"),
            R"({"note":"hello","dot":"data:image/png;base64,iVBOR/8="})");
  EXPECT_EQ(json_text(answer->body, "/data"), "");
  EXPECT_TRUE(svcd.stop());
}

}  // namespace
}  // namespace svc::testing
