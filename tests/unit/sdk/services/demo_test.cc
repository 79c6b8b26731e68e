// The demo's routes, answer by answer, without a socket.
#include <gtest/gtest.h>

#include "core/sdk/module.h"
#include "core/sdk/testing/client.h"

extern "C" const svc::ModuleInfo svc_module;

namespace svc {
namespace {

using testing::Answer;
using testing::Client;

class Demo : public ::testing::Test {
 protected:
  Client client_{svc_module.routes};
};

TEST_F(Demo, SmallAnswersAreExact) {
  EXPECT_TRUE(client_.get("/").body.starts_with(R"({"message":")"));
  EXPECT_EQ(client_.get("/health").body, R"({"status":"ok"})");
  EXPECT_EQ(client_.get("/status").body, R"({"status":"OK"})");
  struct Time {
    double time;
  };
  EXPECT_GT(client_.get("/time").as<Time>().time, 1.7e9);
}

TEST_F(Demo, EchoOfAQueryDropsBlankValues) {
  EXPECT_EQ(client_.get("/echo?x=1&x=2&y=").body, R"({"echo":{"x":["1","2"]}})");
  EXPECT_EQ(client_.get("/echo?b=1&a=%C3%B1&b=&flag&c=d+e").body,
            R"({"echo":{"b":["1"],"a":["ñ"],"c":["d e"]}})");
  EXPECT_EQ(client_.get("/echo").body, R"({"echo":{}})");
  EXPECT_EQ(client_.get("/echo?x=%FF%ZZ").body, "{\"echo\":{\"x\":[\"\xEF\xBF\xBD%ZZ\"]}}");
}

TEST_F(Demo, EchoOfABodyIsTheBodyAsItCame) {
  const std::string bytes("\0\xff\r\n{}", 6);
  const Answer answer = client_.send("POST", "/echo", bytes, {{"Content-Type", "image/png"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, bytes);
  EXPECT_EQ(answer.header("Content-Type"), "image/png");
  EXPECT_EQ(client_.send("POST", "/echo").body, "");
}

TEST_F(Demo, EchoOfABodyRepeatsNoNonsenseAboutIt) {
  const auto echo = [&](std::string type, std::string coding) {
    return client_.send("POST", "/echo", "x",
                        {{"Content-Type", type}, {"Content-Encoding", coding}});
  };
  const Answer good = echo("text/csv; charset=\"x\"", "gzip");
  EXPECT_EQ(good.header("Content-Type"), "text/csv; charset=\"x\"");
  EXPECT_EQ(good.header("Content-Encoding"), "gzip");
  for (const std::string type :
       {"", " ", "text", "/", "text/", "/html", "a b/c", "a/b c", "a/b/c"}) {
    const Answer answer = echo(type, "two words");
    EXPECT_EQ(answer.header("Content-Type"), "application/octet-stream") << type;
    EXPECT_FALSE(answer.header("Content-Encoding"));
  }
}

TEST_F(Demo, ProcessReversesByCodePoint) {
  const auto process = [&](std::string_view body) {
    return client_.send("POST", "/process", body).body;
  };
  EXPECT_EQ(process(R"({"text":"añb"})"), R"({"original":"añb","reversed":"bña"})");
  EXPECT_EQ(process(R"({"text":"a\ud83d\ude00"})"), R"({"original":"a😀","reversed":"😀a"})");
  EXPECT_EQ(process("{}"), R"({"original":"","reversed":""})");
  EXPECT_EQ(process(R"({"other":1})"), R"({"original":"","reversed":""})");
}

TEST_F(Demo, ProcessTellsBadJsonFromBadTypes) {
  for (const char* body : {"", "{", "nope", R"({"text":"a")", "\xff", R"({"text":"\ud800"})"}) {
    const Answer answer = client_.send("POST", "/process", body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_EQ(answer.body, R"({"error":"invalid json"})");
  }
  for (const char* body : {R"({"text":7})", R"({"text":null})", R"({"text":["a"]})", "[]", "7",
                           "\"text\"", "null", R"({"text":99999999999999999999})"}) {
    const Answer answer = client_.send("POST", "/process", body);
    EXPECT_EQ(answer.status, 422) << body;
    EXPECT_EQ(answer.body, R"({"error":"text must be a string"})");
    EXPECT_EQ(answer.header("Content-Type"), "application/json");
  }
}

TEST_F(Demo, FibHasBoundsOfItsOwn) {
  EXPECT_EQ(client_.get("/fib/20").body, R"({"n":20,"fib":6765})");
  EXPECT_EQ(client_.get("/fib/%31").body, R"({"n":1,"fib":1})");
  EXPECT_EQ(client_.get("/fib/0").body, R"({"n":0,"fib":0})");
  for (const char* n :
       {"36", "-1", "x", "1.0", "1e1", "99999999999999999999", "%20", "%FF", "%zz"}) {
    const Answer answer = client_.get(std::string("/fib/") + n);
    EXPECT_EQ(answer.status, 400) << n;
    EXPECT_EQ(answer.body, R"({"error":"n must be an integer between 0 and 35"})") << n;
  }
}

TEST_F(Demo, StreamIsOneWriteALine) {
  const Answer answer = client_.get("/stream/3");
  EXPECT_EQ(answer.parts,
            (std::vector<std::string>{"{\"line\":0}\n", "{\"line\":1}\n", "{\"line\":2}\n"}));
  EXPECT_EQ(client_.get("/stream/0").status, 200);
  EXPECT_EQ(client_.get("/stream/x").status, 422);
}

TEST_F(Demo, AnythingTellsTheRequestBack) {
  const Answer answer = client_.send("PUT", "/anything/a%2Fb?x=1&x=2&y=&z=a+b", "bo\"dy",
                                     {{"X-One", "1"}, {"x-ONE", "2"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(
      answer.body,
      R"({"method":"PUT","url":"http://test/anything/a%2Fb?x=1&x=2&y=&z=a+b",)"
      R"("path":"/anything/a%2Fb","query":{"x":["1","2"],"y":"","z":"a b"},)"
      R"("args":{"x":["1","2"],"y":"","z":"a b"},"query_string":"x=1&x=2&y=&z=a+b",)"
      R"("headers":{"x-one":"1, 2","host":"test","content-length":"5"},)"
      R"("origin":"127.0.0.1","body":"bo\"dy","data":"bo\"dy","form":{},"files":{},"json":null,)"
      R"("version":"1.1"})");
  for (const char* path : {"/anything", "/anything/", "/anything/a/b/", "/anything/%FF"}) {
    for (const char* method : {"GET", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD"}) {
      EXPECT_EQ(client_.send(method, path).status, 200) << method << " " << path;
    }
  }
  EXPECT_EQ(client_.get("/anythingelse").status, 404);
}

TEST_F(Demo, RefusesWhatItHasNot) {
  EXPECT_EQ(client_.get("/none").status, 404);
  EXPECT_TRUE(client_.get("/none").body.starts_with("{"));
  EXPECT_EQ(client_.send("POST", "/health").status, 405);
}

}  // namespace
}  // namespace svc
