// What services say about themselves: the document, judged by a public validator; the page, in a
// browser; the table of `svcctl routes`.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

constexpr auto kBrowserDeadline = std::chrono::seconds(150);

class OpenApiOfServices : public ::testing::Test {
 protected:
  void SetUp() override {
    svcd_.emplace(service("everything") + service("demo") + service("below"));
    ASSERT_TRUE(svcd_->start()) << svcd_->ready_text() << svcd_->log();
  }
  static std::string service(std::string_view name) {
    return fmt::format(
        "[service.{0}]\nmodule = \"{1}\"\nlisten = [\"127.0.0.1:0\"]\nworkers = 1\nthreads = 2\n",
        name, module_path(name));
  }
  Answer get(std::string_view name, std::string_view target, std::string_view headers = {}) {
    return fetch(svcd_->address(name), "GET", target, headers, {}).value_or(Answer{});
  }
  std::optional<Svcd> svcd_;
};

TEST_F(OpenApiOfServices, DocumentsAreValid) {
  std::vector<std::string> command = {"node", SVC_OPENAPI_PACKAGES "/validate.mjs"};
  for (const char* name : {"everything", "demo", "below"}) {
    const Answer answer =
        get(name, name == std::string_view("below") ? "/api/v1/openapi.json" : "/openapi.json");
    ASSERT_EQ(answer.status, 200);
    const std::string file = svcd_->dir().file(std::string(name) + ".json");
    std::ofstream(file) << answer.body;
    command.push_back(file);
  }
  const Outcome validated = run(command);
  EXPECT_EQ(validated.exit_code, 0) << validated.output;
}

TEST_F(OpenApiOfServices, DocumentHasTheModulesNameAndVersionUnlessItIsGiven) {
  EXPECT_EQ(json_text(get("demo", "/openapi.json").body, "/info/title"), "demo");
  EXPECT_EQ(json_text(get("demo", "/openapi.json").body, "/info/version"), "0");
  EXPECT_EQ(json_text(get("everything", "/openapi.json").body, "/info/title"), "Everything");
}

TEST_F(OpenApiOfServices, DocumentIsNotSentTwice) {
  const std::string tag = get("everything", "/openapi.json").header("ETag");
  ASSERT_FALSE(tag.empty());
  const Answer again = get("everything", "/openapi.json", "If-None-Match: " + tag + "\r\n");
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
}

TEST_F(OpenApiOfServices, PageWorksInABrowser) {
  const Outcome seen =
      run({"node", SVC_OPENAPI_SOURCES "/docs_page.mjs", "http://" + svcd_->address("everything")},
          {}, kBrowserDeadline);
  EXPECT_EQ(seen.exit_code, 0) << seen.output << svcd_->log();
}

TEST_F(OpenApiOfServices, PageFindsTheServiceFromAFolder) {
  const Outcome seen =
      run({"node", SVC_OPENAPI_SOURCES "/docs_below.mjs", "http://" + svcd_->address("below")}, {},
          kBrowserDeadline);
  EXPECT_EQ(seen.exit_code, 0) << seen.output << svcd_->log();
}

TEST_F(OpenApiOfServices, RoutesAreShownWithWhatIsAroundThem) {
  const Outcome table = svcd_->svcctl({"routes", "everything"});
  EXPECT_EQ(table.exit_code, 0) << table.output;
  for (const char* part : {"LIMITS", "AROUND", "offload, deadline 2m", "cors, request log, timing",
                           "authentication", "Makes an item"}) {
    EXPECT_NE(table.out.find(part), std::string::npos) << part << " in\n" << table.out;
  }
  const Outcome demo = svcd_->svcctl({"routes", "demo"});
  EXPECT_EQ(demo.out.find("AROUND"), std::string::npos) << demo.out;
  const Outcome json = svcd_->svcctl({"routes", "everything", "--json"});
  EXPECT_EQ(json_text(json.out, "/services/0/routes/1/name"), "make_item");
  EXPECT_EQ(json_text(json.out, "/services/0/routes/1/around/0"), "cors");
}

TEST_F(OpenApiOfServices, GuardRefusesBeforeTheBodyIsSent) {
  HttpClient client(svcd_->address("everything"));
  ASSERT_TRUE(client.connected());
  client.send(
      "POST /private/note HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
      "Content-Length: 100000\r\nExpect: 100-continue\r\n\r\n");
  const auto refused = client.read_answer();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 401);
  EXPECT_EQ(refused->header("WWW-Authenticate"), "Bearer");
  const Answer let_in =
      fetch(svcd_->address("everything"), "POST", "/private/note",
            "Content-Type: application/json\r\nAuthorization: Bearer open-sesame\r\n", "[1,2,3]")
          .value_or(Answer{});
  EXPECT_EQ(let_in.body, "3");
  EXPECT_FALSE(let_in.header("Server-Timing").empty());
}

}  // namespace
}  // namespace svc::testing
