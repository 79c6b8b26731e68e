// Every raw request of tests/corpus/http through a whole connection: parser, body, answers, end.
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "tests/support/codec_run.h"
#include "tests/support/http_corpus.h"
#include "tests/unit/http/server_support.h"

namespace svc::test {
namespace {

// The paths that the codec finds in a case, so that all of them have a route.
std::set<std::string> paths_of(const CorpusCase& sample) {
  std::set<std::string> paths;
  std::istringstream lines(run_codec(sample.bytes, [](size_t left) { return left; }).transcript);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("path ")) paths.insert(line.substr(5));
  }
  return paths;
}

// As a router answers where "/anything" and below take any method.
int status_of(const RequestHead& head) {
  if (head.method == Method::other) return 501;
  if (head.method == Method::trace) return 405;
  if (head.path == "*") return 204;
  // A router takes "%61" for "a"; here one spelling of it will do.
  const bool anything = head.path.starts_with("/anything") || head.path == "/%61nything";
  return anything || head.path == "/" ? 200 : 404;
}

void answer_head_and_body(Exchange& exchange) {
  exchange.respond(ResponseHead(status_of(exchange.head())),
                   std::string(exchange.head().path) + "\n" + std::string(exchange.body()));
}

// The next final answer; interim ones are passed over.
std::optional<TestAnswer> final_answer(TestClient& client, bool to_head) {
  std::optional<TestAnswer> answer;
  do {
    answer = client.answer(to_head);
  } while (answer && answer->status < 200);
  return answer;
}

void check(TestServer& server, const CorpusCase& sample) {
  SCOPED_TRACE(sample.name + ": " + sample.about);
  for (const std::string& path : paths_of(sample)) server.app.on(path, answer_head_and_body);
  TestClient client = server.pair();
  client.send(sample.bytes);
  for (size_t i = 0; i < sample.statuses.size(); ++i) {
    const auto answer = final_answer(client, i == 0 && sample.begins_with_head());
    ASSERT_TRUE(answer) << "no answer " << i;
    ASSERT_EQ(answer->status, sample.statuses[i]);
    EXPECT_EQ(answer->body.find("smuggled\n"), std::string::npos);
  }
  if (sample.end == CorpusCase::End::close) {
    client.shut_output();
    EXPECT_TRUE(client.ended());
  } else {
    server.settle();
    if (sample.end == CorpusCase::End::keep) {
      const auto further = client.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      ASSERT_TRUE(further);
      EXPECT_EQ(further->status, 200);
    }
  }
  client.receive();
  EXPECT_EQ(client.inbox(), "") << "answered more than it may";
}

TEST(HttpCorpusOverSockets, EachCaseIsAnsweredAsItSays) {
  TestServer server;
  server.app.on("/", answer_head_and_body);
  for (const CorpusCase& sample : read_corpus(SVC_HTTP_CORPUS)) check(server, sample);
}

}  // namespace
}  // namespace svc::test
