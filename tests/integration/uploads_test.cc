// Forms and uploads, from outside: both encodings, bodies in pieces, clients that leave half-way.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

constexpr std::string_view kMultipart = "Content-Type: multipart/form-data; boundary=XX\r\n";

std::string part(std::string_view disposition, std::string_view content) {
  return fmt::format("--XX\r\nContent-Disposition: form-data; {}\r\n\r\n{}\r\n", disposition,
                     content);
}

class Uploads : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(svcd_.start()) << svcd_.ready_text();
    address_ = svcd_.address("binding");
  }
  Answer post(std::string_view path, std::string_view headers, std::string_view body) {
    return fetch(address_, "POST", path, headers, body).value_or(Answer{});
  }

  TempDir dir_;
  Svcd svcd_{
      fmt::format("[service.binding]\nmodule = \"{}\"\nlisten = [\"127.0.0.1:0\"]\n"
                  "workers = 1\n[service.binding.options]\ndirectory = \"{}\"\n",
                  module_path("binding"), dir_.path())};
  std::string address_;
};

TEST_F(Uploads, FormsComeInBothEncodings) {
  constexpr std::string_view kUrlencoded = "Content-Type: application/x-www-form-urlencoded\r\n";
  EXPECT_EQ(post("/profile", kUrlencoded, "name=J%C3%BCrg+B.&age=30").body, "J\xc3\xbcrg B. 30 -");
  EXPECT_EQ(post("/profile", kMultipart,
                 part("name=\"name\"", "Ann") + part("name=\"age\"", "30") +
                     part("name=\"photo\"; filename=\"a.png\"", "PNG") + "--XX--\r\n")
                .body,
            "Ann 30 a.png:PNG");
  const Answer wrong = post("/profile", kUrlencoded, "age=200");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(json_text(wrong.body, "/detail/0/loc/1"), "name");
  EXPECT_EQ(json_text(wrong.body, "/detail/1/loc/1"), "age");
  EXPECT_EQ(post("/profile", "Content-Type: application/json\r\n", "{}").status, 415);
}

TEST_F(Uploads, AreSavedWhileTheyArrive) {
  const std::string large(8 * 1024 * 1024, 'x');
  const Answer answer = post("/uploads", kMultipart,
                             part("name=a; filename=\"../../large.bin\"", large) +
                                 part("name=b; filename=empty", "") + "--XX--");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.body, R"([{"name":"large.bin","size":8388608},{"name":"empty","size":0}])");
  EXPECT_TRUE(read_file(dir_.file("upload-0")) == large);
  EXPECT_EQ(dir_.entries(), 2u);
}

TEST_F(Uploads, MayBeCutAnywhere) {
  HttpClient client(address_);
  const std::string body = part("name=a; filename=f", "\r\n--X\r\nabc") + "--XX--";
  ASSERT_TRUE(
      client.send(fmt::format("POST /uploads HTTP/1.1\r\nHost: x\r\n{}"
                              "Transfer-Encoding: chunked\r\n\r\n",
                              kMultipart)));
  for (const char c : body) ASSERT_TRUE(client.send(fmt::format("1\r\n{}\r\n", c)));
  ASSERT_TRUE(client.send("0\r\n\r\n"));
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, R"([{"name":"f","size":10}])");
  EXPECT_EQ(read_file(dir_.file("upload-0")), "\r\n--X\r\nabc");
}

TEST_F(Uploads, OfAClientThatLeavesAreNowhere) {
  for (const bool reset : {false, true}) {
    HttpClient client(address_);
    ASSERT_TRUE(
        client.send(fmt::format("POST /uploads HTTP/1.1\r\nHost: x\r\n{}"
                                "Content-Length: 10000000\r\n\r\n{}",
                                kMultipart, part("name=a; filename=f", "begun"))));
    // More than is read ahead, so that a file has been begun.
    ASSERT_TRUE(client.send(std::string(2'000'000, 'x')));
    ASSERT_TRUE(eventually([&] { return dir_.entries() == 1; }));
    if (reset) {
      client.reset();
    } else {
      client.half_close();
      const auto answer = client.read_answer();
      ASSERT_TRUE(answer);
      EXPECT_EQ(answer->status, 400);
    }
    EXPECT_TRUE(eventually([&] { return dir_.entries() == 0; }));
  }
}

TEST_F(Uploads, ThatAreHostileAreRefused) {
  const std::string head = part("name=a; filename=f", "1");
  for (const std::string& body :
       {std::string("XX"), head, head + "--XX", head + "--XXY--", std::string("--XX\r\n\r\n--XX--"),
        std::string("--XX\r\n") + std::string(100'000, 'x'), std::string(100'000, '-')}) {
    EXPECT_EQ(post("/uploads", kMultipart, body).status, 400) << body.substr(0, 40);
  }
  EXPECT_EQ(post("/uploads", "Content-Type: multipart/form-data\r\n", head).status, 400);
  EXPECT_EQ(dir_.entries(), 1u);  // The one part that was complete.
}

}  // namespace
}  // namespace svc::testing
