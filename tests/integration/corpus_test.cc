// Every raw request of tests/corpus/http, sent to a running server's /anything.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "tests/support/http_client.h"
#include "tests/support/http_corpus.h"
#include "tests/support/json.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

using test::CorpusCase;

class Corpus : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    svcd_ = new Svcd(
        fmt::format("[service.demo]\nmodule = \"{}\"\nlisten = [\"127.0.0.1:0\"]\nworkers = 1\n",
                    module_path("demo")));
    ASSERT_TRUE(svcd_->start()) << svcd_->ready_text();
    address_ = svcd_->address("demo");
  }
  static void TearDownTestSuite() {
    EXPECT_TRUE(svcd_->stop());
    delete svcd_;
  }
  static inline Svcd* svcd_ = nullptr;
  static inline std::string address_;
};

// What /anything tells back about the first request.
void expect_understood(const CorpusCase& request, const std::string& body) {
  if (!json_text(body, "/method")) return;  // Another path was asked for.
  for (const auto& [what, value] : request.wants) {
    if (what == "method") {
      EXPECT_EQ(json_text(body, "/method"), value) << request.name;
    }
    if (what == "path") {
      EXPECT_EQ(json_text(body, "/path"), value) << request.name;
    }
    if (what == "query") {
      EXPECT_EQ(json_text(body, "/query_string"), value) << request.name;
    }
    if (what == "body") {
      EXPECT_EQ(json_text(body, "/body"), value) << request.name;
    }
    if (what != "header") continue;
    const size_t equals = value.find('=');
    EXPECT_EQ(json_text(body, "/headers/" + value.substr(0, equals)), value.substr(equals + 1))
        << request.name;
  }
}

void check(const CorpusCase& request, const std::string& address) {
  HttpClient client(address);
  ASSERT_TRUE(client.connected());
  client.send(request.bytes);
  for (size_t i = 0; i < request.statuses.size(); ++i) {
    const auto answer = client.read_answer(i == 0 && request.begins_with_head());
    ASSERT_TRUE(answer) << request.name << ": no answer " << i << " (" << request.about << ")";
    ASSERT_EQ(answer->status, request.statuses[i]) << request.name << ": " << request.about << "\n"
                                                   << answer->body;
    EXPECT_TRUE(answer->complete) << request.name;
    if (i == 0 && answer->status == 200 && !request.begins_with_head())
      expect_understood(request, answer->body);
  }
  switch (request.end) {
    case CorpusCase::End::close:
      EXPECT_EQ(client.read_raw(kDeadline), "") << request.name << ": answered more than it may";
      EXPECT_FALSE(client.was_reset()) << request.name;
      break;
    case CorpusCase::End::keep: {
      const auto further = client.get("/health");
      ASSERT_TRUE(further) << request.name << ": the connection takes no further request";
      EXPECT_EQ(further->status, 200) << request.name;
      break;
    }
    case CorpusCase::End::wait:
      EXPECT_EQ(client.read_raw(20ms), "") << request.name << ": answered before the end";
      break;
  }
}

TEST_F(Corpus, EveryRequestGetsTheAnswerThatIsOwed) {
  const auto cases = test::read_corpus(SVC_CORPUS_DIR);
  ASSERT_GT(cases.size(), 250u);
  for (const CorpusCase& request : cases) check(request, address_);
}

}  // namespace
}  // namespace svc::testing
