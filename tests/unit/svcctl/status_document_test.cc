#include "cmd/svcctl/status_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace svc {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view kDocument = R"({"name":"shop","pid":412,"generation":3,"state":"ready",
  "uptime_s":7.5,"extra":{"a":1},
  "services":[{"name":"users","state":"degraded","generation":2,"listen":["127.0.0.1:1","unix:/x"],
    "workers_wanted":2,"restarts":5,"on_probation":true,"quarantined":["GET /poison"],"last_death":"users worker 1 died: SIGSEGV",
    "workers":[{"index":0,"pid":413,"state":"ready","generation":2,"load":0.5,"spare":true,
                "tags":["x"]}]}]})";

TEST(StatusDocument, IsReadAsTheMasterWritesIt) {
  const auto status = parse_status(kDocument);
  ASSERT_TRUE(status) << status.error().text;
  EXPECT_EQ(status->name, "shop");
  EXPECT_EQ(status->pid, 412);
  EXPECT_EQ(status->generation, 3);
  EXPECT_EQ(status->state, "ready");
  EXPECT_EQ(status->uptime_s, 7.5);
  ASSERT_EQ(status->services.size(), 1u);
  const StatusService& service = status->services[0];
  EXPECT_EQ(service.name, "users");
  EXPECT_EQ(service.state, "degraded");
  EXPECT_EQ(service.workers_wanted, 2);
  EXPECT_EQ(service.restarts, 5);
  EXPECT_TRUE(service.on_probation);
  EXPECT_EQ(service.quarantined, std::vector<std::string>{"GET /poison"});
  EXPECT_EQ(service.last_death, "users worker 1 died: SIGSEGV");
  EXPECT_THAT(service.listen, ElementsAre("127.0.0.1:1", "unix:/x"));
  ASSERT_EQ(service.workers.size(), 1u);
  EXPECT_EQ(service.workers[0].field("pid"), "413");
}

TEST(StatusDocument, KeepsFieldsThatItDoesNotKnowAndLeavesOutWhatIsNoScalar) {
  const auto status = parse_status(kDocument);
  ASSERT_TRUE(status);
  const StatusWorker& worker = status->services[0].workers[0];
  EXPECT_EQ(worker.field("load"), "0.5");
  EXPECT_EQ(worker.field("spare"), "yes");
  EXPECT_EQ(worker.field("tags"), "");
  EXPECT_EQ(worker.fields.size(), 6u);
}

TEST(StatusDocument, AShortOneIsEnough) {
  const auto status = parse_status(R"({"pid":1,"services":[{"workers":[{}]},7,{}]})");
  ASSERT_TRUE(status);
  EXPECT_EQ(status->services.size(), 2u);
  EXPECT_TRUE(status->services[0].workers[0].fields.empty());
}

TEST(StatusDocument, NonsenseIsAnError) {
  for (const char* text : {"", "null", "[]", "{}", "{\"pid\":1}", "{\"pid\":0,\"services\":[]}",
                           "{\"pid\":\"x\",\"services\":[]}", "{\"pid\":1,\"services\":{}",
                           "\xff\xfe", "{\"pid\":1,\"services\":[]"}) {
    const auto status = parse_status(text);
    ASSERT_FALSE(status) << text;
    EXPECT_EQ(status.error().code, std::errc::protocol_error);
  }
}

TEST(StatusDocument, RoutesAreLinesOfTheirService) {
  const auto routes = parse_routes(
      R"({"services":[{"name":"a","routes":[{"method":"GET","pattern":"/x/{id}"},
          {"method":"POST","pattern":"/x"}]},{"name":"b","routes":[]}]})");
  ASSERT_TRUE(routes);
  ASSERT_EQ(routes->size(), 2u);
  EXPECT_EQ((*routes)[0].service, "a");
  EXPECT_EQ((*routes)[0].method, "GET");
  EXPECT_EQ((*routes)[1].pattern, "/x");
  EXPECT_FALSE(parse_routes("{}"));
  EXPECT_FALSE(parse_routes("x"));
}

}  // namespace
}  // namespace svc
