// The starter service, answer by answer.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

class Demo : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    svcd_ = new Svcd(fmt::format(
        "[service.demo]\nmodule = \"{}\"\nlisten = [\"127.0.0.1:0\"]\nworkers = 1\nthreads = 2\n",
        module_path("demo")));
    ASSERT_TRUE(svcd_->start()) << svcd_->ready_text();
    address_ = svcd_->address("demo");
  }
  static void TearDownTestSuite() {
    EXPECT_TRUE(svcd_->stop());
    delete svcd_;
  }
  static Answer ask(std::string_view method, std::string_view target, std::string_view headers = {},
                    std::string_view body = {}) {
    return fetch(address_, method, target, headers, body).value_or(Answer{});
  }
  static Answer process(std::string_view body) {
    return ask("POST", "/process", "Content-Type: application/json\r\n", body);
  }

  static inline Svcd* svcd_ = nullptr;
  static inline std::string address_;
};

TEST_F(Demo, RootGreets) {
  const auto answer = ask("GET", "/");
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(json_text(answer.body, "/message"));
  EXPECT_EQ(answer.header("Content-Type"), "application/json");
}

TEST_F(Demo, EchoOfAQueryDropsBlankValues) {
  EXPECT_EQ(ask("GET", "/echo?x=1&x=2&y=").body, R"({"echo":{"x":["1","2"]}})");
  EXPECT_EQ(ask("GET", "/echo").body, R"({"echo":{}})");
  EXPECT_EQ(ask("GET", "/echo?a=b%20c+d").body, R"({"echo":{"a":["b c d"]}})");
}

TEST_F(Demo, EchoOfABodyIsTheBodyAsItCame) {
  const std::string bytes("\x00\xff\r\nabc", 7);
  EXPECT_EQ(ask("POST", "/echo", "", bytes).body, bytes);
}

TEST_F(Demo, HealthStatusAndTime) {
  EXPECT_EQ(ask("GET", "/health").body, R"({"status":"ok"})");
  EXPECT_EQ(ask("GET", "/status").body, R"({"status":"OK"})");
  const auto time = ask("GET", "/time");
  EXPECT_NE(time.body.find('.'), std::string::npos) << time.body;
  EXPECT_TRUE(time.body.starts_with(R"({"time":)")) << time.body;
}

TEST_F(Demo, ProcessReversesByCodePoint) {
  EXPECT_EQ(process(R"({"text":"añb"})").body, R"({"original":"añb","reversed":"bña"})");
  EXPECT_EQ(process(R"({"text":"a\u00f1b"})").body, R"({"original":"añb","reversed":"bña"})");
  EXPECT_EQ(process(R"({})").body, R"({"original":"","reversed":""})");
}

TEST_F(Demo, ProcessTellsInvalidJsonFromWrongTypes) {
  for (const auto* body : {"{", "nope", "{\"text\":}"}) {
    EXPECT_EQ(process(body).status, 400) << body;
    EXPECT_EQ(process(body).body, R"({"error":"invalid json"})") << body;
  }
  for (const auto* body : {R"({"text":7})", R"({"text":null})", "[1]", "\"text\"", "3"}) {
    EXPECT_EQ(process(body).status, 422) << body;
    EXPECT_EQ(process(body).body, R"({"error":"text must be a string"})") << body;
  }
}

TEST_F(Demo, FibIsComputedWithinItsBounds) {
  EXPECT_EQ(ask("GET", "/fib/30").body, R"({"n":30,"fib":832040})");
  EXPECT_EQ(ask("GET", "/fib/0").body, R"({"n":0,"fib":0})");
  for (const auto* n : {"36", "-1", "x", "1.5", "99999999999999999999", "1x", "%31x"}) {
    const auto answer = ask("GET", fmt::format("/fib/{}", n));
    EXPECT_EQ(answer.status, 400) << n;
    EXPECT_EQ(answer.body, R"({"error":"n must be an integer between 0 and 35"})") << n;
  }
}

TEST_F(Demo, HealthAnswersWhileThePoolIsBusy) {
  std::vector<std::thread> busy;
  std::atomic<int> done{0};
  for (int i = 0; i < 8; ++i)
    busy.emplace_back([&] {
      if (ask("GET", "/fib/35").body == R"({"n":35,"fib":9227465})") ++done;
    });
  ASSERT_TRUE(eventually([&] { return svcd_->status("/services/0/workers/0/in_flight") == "8"; }));
  auto fastest = Clock::duration::max();
  for (int i = 0; i < 5 && done < 8; ++i) {
    const auto began = Clock::now();
    EXPECT_EQ(ask("GET", "/health").status, 200);
    fastest = std::min(fastest, Clock::now() - began);
  }
  for (auto& thread : busy) thread.join();
  EXPECT_EQ(done, 8);
  EXPECT_LT(fastest, 250ms);
}

TEST_F(Demo, StreamIsChunkedAndNotBuffered) {
  const auto answer = ask("GET", "/stream/3");
  EXPECT_TRUE(answer.chunked);
  EXPECT_TRUE(answer.complete);
  size_t lines = 0;
  size_t begin = 0;
  for (size_t end; (end = answer.body.find('\n', begin)) != std::string::npos; begin = end + 1) {
    EXPECT_TRUE(is_json(answer.body.substr(begin, end - begin)));
    ++lines;
  }
  EXPECT_EQ(lines, 3u);
  EXPECT_EQ(begin, answer.body.size());
}

TEST_F(Demo, AnythingTellsTheRequestBack) {
  const auto answer = ask("PUT", "/anything/a%20b?x=1&x=2&y=z", "X-One: 1\r\nx-one: 2\r\n", "body");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(json_text(answer.body, "/method"), "PUT");
  EXPECT_EQ(json_raw(answer.body, "/query/x"), R"(["1","2"])");
  EXPECT_EQ(json_text(answer.body, "/query/y"), "z");
  EXPECT_EQ(json_text(answer.body, "/query_string"), "x=1&x=2&y=z");
  EXPECT_EQ(json_text(answer.body, "/headers/x-one"), "1, 2");
  EXPECT_EQ(json_text(answer.body, "/body"), "body");
  EXPECT_EQ(json_text(answer.body, "/version"), "1.1");
  EXPECT_EQ(ask("GET", "/anything").status, 200);
}

TEST_F(Demo, UnknownPathsAndWrongMethods) {
  EXPECT_EQ(ask("GET", "/none").status, 404);
  EXPECT_TRUE(is_json(ask("GET", "/none").body));
  const auto wrong = ask("DELETE", "/health");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.header("Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(ask("HEAD", "/health").status, 200);
  EXPECT_EQ(ask("OPTIONS", "/health").header("Allow"), "GET, HEAD, OPTIONS");
}

}  // namespace
}  // namespace svc::testing
