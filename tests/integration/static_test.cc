// builtin = "static", from outside: raw paths that no polite client sends.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "tests/support/http_client.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

class Static : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    site_ = new TempDir;
    for (const char* folder : {"public", "public/docs", "public/.git"})
      ::mkdir(site_->file(folder).c_str(), 0755);
    site_->write("secret", "outside");
    site_->write("public/index.html", "<p>home");
    site_->write("public/docs/index.html", "<p>docs");
    site_->write("public/.git/config", "hidden");
    site_->write("public/site.css", "body{}");
    site_->write("public/site.css.br", "compressed");
    site_->write("public/big", std::string(kBig, 'x'));
    EXPECT_EQ(::mkfifo(site_->file("public/fifo").c_str(), 0644), 0);
    EXPECT_EQ(::symlink("../secret", site_->file("public/out").c_str()), 0);
    EXPECT_EQ(::symlink("site.css", site_->file("public/near.css").c_str()), 0);
    svcd_ = new Svcd(service(site_->file("public")));
    ASSERT_TRUE(svcd_->start()) << svcd_->ready_text();
    address_ = svcd_->address("site");
  }
  static void TearDownTestSuite() {
    EXPECT_TRUE(svcd_->stop());
    delete svcd_;
    delete site_;
  }
  static std::string service(std::string_view root) {
    return fmt::format(
        "[service.site]\nbuiltin = \"static\"\nlisten = [\"127.0.0.1:0\"]\nworkers = 1\n"
        "[service.site.options]\nroot = \"{}\"\n",
        root);
  }
  static Answer get(std::string_view target, std::string_view headers = {}) {
    return fetch(address_, "GET", target, headers, "").value_or(Answer{});
  }

  static constexpr size_t kBig = 3 * 1024 * 1024;
  static inline TempDir* site_ = nullptr;
  static inline Svcd* svcd_ = nullptr;
  static inline std::string address_;
};

TEST_F(Static, SendsFiles) {
  EXPECT_EQ(get("/").body, "<p>home");
  EXPECT_EQ(get("/docs/").body, "<p>docs");
  EXPECT_EQ(get("/near.css").body, "body{}");
  EXPECT_EQ(get("/site.css?v=1").header("Content-Type"), "text/css; charset=utf-8");
  const Answer big = get("/big");
  EXPECT_EQ(big.body.size(), kBig);
  EXPECT_TRUE(big.complete);
  EXPECT_EQ(get("/docs").status, 301);
  EXPECT_EQ(get("/docs").header("Location"), "/docs/");
}

TEST_F(Static, LeavesItsFolderOnNoWay) {
  for (const char* target : {"/../secret",
                             "/docs/../../secret",
                             "/%2e%2e/secret",
                             "/.%2e/secret",
                             "/..%2fsecret",
                             "/docs/..%2f..%2fsecret",
                             "/..%5csecret",
                             "/..%5Csecret",
                             "//../secret",
                             "/./../secret",
                             "/docs/%2e%2e/%2e%2e/secret",
                             "//etc/passwd",
                             "/%2fetc/passwd",
                             "/out",
                             "/out/",
                             "/docs/../site.css",
                             "/site.css%00.html",
                             "/%00",
                             "/.git/config",
                             "/%2egit/config",
                             "/.git/",
                             "/fifo",
                             "/fifo/",
                             "/site.css/",
                             "/none",
                             "/%c0%ae%c0%ae/secret"})
    EXPECT_EQ(get(target).status, 404) << target;
  for (const char* target : {"/..\\secret", "/%", "/%2", "/%zz"}) {
    const int status = get(target).status;
    EXPECT_TRUE(status == 400 || status == 404) << target << " " << status;
  }
  EXPECT_EQ(get("/" + std::string(300, 'a')).status, 404);
  EXPECT_EQ(get("/site.css").status, 200);
}

TEST_F(Static, AnswersConditionsAndRanges) {
  const std::string tag = get("/site.css").header("ETag");
  ASSERT_FALSE(tag.empty());
  const Answer same = get("/site.css", fmt::format("If-None-Match: {}\r\n", tag));
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.header("Vary"), "Accept-Encoding");
  const std::string time = get("/site.css").header("Last-Modified");
  EXPECT_EQ(get("/site.css", fmt::format("If-Modified-Since: {}\r\n", time)).status, 304);
  const Answer part = get("/big", "Range: bytes=-5\r\n");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "xxxxx");
  EXPECT_EQ(get("/big", "Range: bytes=99999999-\r\n").status, 416);
}

TEST_F(Static, SendsWhatIsCompressedToWhoTakesIt) {
  EXPECT_EQ(get("/site.css", "Accept-Encoding: gzip, br;q=0.8\r\n").body, "compressed");
  EXPECT_EQ(get("/site.css", "Accept-Encoding: br\r\n").header("Content-Encoding"), "br");
  EXPECT_EQ(get("/site.css", "Accept-Encoding: br;q=0\r\n").body, "body{}");
  EXPECT_EQ(get("/site.css").header("Vary"), "Accept-Encoding");
}

TEST_F(Static, AnswersNothingButGetAndHead) {
  EXPECT_EQ(fetch(address_, "POST", "/site.css", "", "x")->status, 405);
  EXPECT_EQ(fetch(address_, "DELETE", "/site.css", "", "")->status, 405);
  HttpClient client(address_);
  ASSERT_TRUE(client.send("HEAD /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
  const auto head = client.read_answer(true);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->header("Content-Length"), std::to_string(kBig));
}

TEST_F(Static, DoesNotBootWithoutItsFolderAndSaysWhere) {
  Svcd svcd(service("/nonexistent/folder"));
  EXPECT_FALSE(svcd.start());
  EXPECT_TRUE(svcd.log_has("service.site.options.root: no folder to serve: /nonexistent/folder"))
      << svcd.log();
  EXPECT_TRUE(svcd.log_has(svcd.config_path() + ":")) << svcd.log();
}

}  // namespace
}  // namespace svc::testing
