#include "core/builtin/anything.h"

#include <gtest/gtest.h>

#include <string>

#include "core/builtin/echo.h"
#include "core/sdk/testing/client.h"
#include "tests/support/json.h"

namespace svc {
namespace {

using testing::json_raw;
using testing::json_text;

class Anything : public ::testing::Test {
 protected:
  std::string ask(std::string_view method, std::string_view target, std::string_view body = {},
                  const testing::Headers& headers = {}) {
    const testing::Answer answer = client_.send(method, target, body, headers);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.header("Content-Type"), "application/json");
    return answer.body;
  }
  testing::Client client_{echo_routes};
};

TEST_F(Anything, TellsTheRequestLine) {
  const std::string told = ask("DELETE", "/anything/a%20b/?x=1&x=2&y=z%20");
  EXPECT_EQ(json_text(told, "/method"), "DELETE");
  EXPECT_EQ(json_text(told, "/path"), "/anything/a%20b/");
  EXPECT_EQ(json_raw(told, "/args"), R"({"x":["1","2"],"y":"z "})");
  EXPECT_EQ(json_raw(told, "/query"), R"({"x":["1","2"],"y":"z "})");
  EXPECT_EQ(json_text(told, "/query_string"), "x=1&x=2&y=z%20");
  EXPECT_TRUE(json_text(told, "/url")->ends_with("/anything/a%20b/?x=1&x=2&y=z%20")) << told;
  EXPECT_TRUE(json_text(told, "/url")->starts_with("http://")) << told;
}

TEST_F(Anything, TellsHeaderFieldsInLowerCase) {
  const std::string told = ask("GET", "/anything", "", {{"X-One", "1"}, {"x-one", "2"}});
  EXPECT_EQ(json_text(told, "/headers/x-one"), "1, 2");
}

TEST_F(Anything, TakesAFormApart) {
  const std::string told = ask("POST", "/anything", "a=1&b=two+words&a=%C3%B1",
                               {{"Content-Type", "application/x-www-form-urlencoded"}});
  EXPECT_EQ(json_raw(told, "/form"), R"({"a":["1","ñ"],"b":"two words"})");
  EXPECT_EQ(json_text(told, "/data"), "");
  EXPECT_EQ(json_text(told, "/body"), "a=1&b=two+words&a=%C3%B1");
  EXPECT_EQ(json_raw(told, "/json"), "null");
}

TEST_F(Anything, TellsTheFilesOfAForm) {
  const testing::Answer answer = client_.post_multipart(
      "/anything", {{.name = "who", .content = "ann"},
                    {.name = "letter", .content = "ñ\n", .filename = "l.txt", .type = "text/plain"},
                    {.name = "bytes", .content = std::string("\0\xff\xc3(", 4), .filename = "b"},
                    {.name = "both", .content = "1", .filename = "1"},
                    {.name = "both", .content = "\xff", .filename = "2", .type = "image/png"}});
  EXPECT_EQ(answer.status, 200) << answer.body;
  const std::string& told = answer.body;
  EXPECT_EQ(json_raw(told, "/form"), R"({"who":"ann"})");
  EXPECT_EQ(json_text(told, "/files/letter"), "ñ\n");
  EXPECT_EQ(json_text(told, "/files/bytes"), "data:application/octet-stream;base64,AP/DKA==");
  EXPECT_EQ(json_raw(told, "/files/both"), R"(["1","data:image/png;base64,/w=="])");
  EXPECT_EQ(json_text(told, "/data"), "");
  EXPECT_EQ(json_raw(told, "/json"), "null");
}

TEST_F(Anything, TellsWhatIsNoFormAfterAllAsData) {
  const testing::Headers multipart = {{"Content-Type", "multipart/form-data; boundary=x"}};
  const std::string told = ask("POST", "/anything", "--x\r\nno head", multipart);
  EXPECT_EQ(json_text(told, "/data"), "--x\r\nno head");
  EXPECT_EQ(json_raw(told, "/form"), "{}");
  EXPECT_EQ(json_raw(told, "/files"), "{}");
}

TEST_F(Anything, TellsJsonAsJson) {
  const std::string body = R"({"n": [1, 2.5, null], "s": "\u00f1"})";
  const std::string told = ask("PUT", "/anything", body, {{"Content-Type", "application/json"}});
  EXPECT_EQ(json_raw(told, "/json/n"), "[1,2.5,null]");
  EXPECT_EQ(json_text(told, "/json/s"), "ñ");
  EXPECT_EQ(json_text(told, "/data"), body);
  EXPECT_EQ(json_raw(told, "/form"), "{}");
  for (const char* wrong : {"", "{", "{}x", "[1,]", "NaN", "\"\xff\""})
    EXPECT_EQ(json_raw(ask("PUT", "/anything", wrong), "/json"), "null") << wrong;
}

TEST_F(Anything, StaysJsonWhateverTheBytes) {
  const std::string bytes("\0\xff\xc3(\"\\\r\n", 8);
  const std::string told = ask("POST", "/anything", bytes);
  EXPECT_TRUE(testing::is_json(told));
  EXPECT_EQ(json_text(told, "/data"), "data:application/octet-stream;base64,AP/DKCJcDQo=");
  const std::string form = ask("POST", "/anything?q=%ff", "a=%ff&%ff=b",
                               {{"Content-Type", "application/x-www-form-urlencoded"}});
  EXPECT_TRUE(testing::is_json(form));
  EXPECT_EQ(json_text(form, "/form/a"), "data:text/plain;base64,/w==");
}

}  // namespace
}  // namespace svc
