#include "cmd/svcctl/status_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace svc {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view kDocument = R"({"name":"shop","pid":412,"generation":3,"state":"ready",
  "uptime_s":7.5,"log_lines_dropped":3,"extra":{"a":1},
  "services":[{"name":"users","state":"degraded","generation":2,"listen":["127.0.0.1:1","unix:/x"],
    "workers_wanted":2,"restarts":5,"log_lines_dropped":4,"access_log_lines_dropped":5,"drained":true,"on_probation":true,"quarantined":["GET /poison"],"passed_by":[0,2],"last_death":"users worker 1 died: SIGSEGV",
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
  EXPECT_EQ(status->log_lines_dropped, 3);
  ASSERT_EQ(status->services.size(), 1u);
  const StatusService& service = status->services[0];
  EXPECT_EQ(service.name, "users");
  EXPECT_EQ(service.log_lines_dropped, 4);
  EXPECT_EQ(service.access_log_lines_dropped, 5);
  EXPECT_EQ(service.state, "degraded");
  EXPECT_EQ(service.workers_wanted, 2);
  EXPECT_EQ(service.restarts, 5);
  EXPECT_TRUE(service.on_probation);
  EXPECT_TRUE(service.drained);
  EXPECT_EQ(service.quarantined, std::vector<std::string>{"GET /poison"});
  EXPECT_THAT(service.passed_by, ElementsAre("0", "2"));
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

TEST(StatusDocument, TellsWhatServicesDo) {
  const auto status = parse_status(R"({"pid":1,"at_s":100.5,"services":[{"name":"users",
    "uptime_s":3,"requests":10,"errors":2,"took":[0,0,0,4,6,0,0,0,0,0,0,0,0,0,0,0,0,0],
    "recent":{"over_s":10.0,"requests_per_s":1.5,"errors_per_s":0.2,"p50_ms":1.5,"p99_ms":null},
    "restarts_by_reason":{"own_fault":2,"killed":0},
    "draining":[{"generation":4,"workers":1,"in_flight":3,"killed_in_s":9.5}],
    "workers":[{"state":"ready","memory_bytes":10},{"state":"booting","memory_bytes":5}]}]})");
  ASSERT_TRUE(status);
  const StatusService& service = status->services[0];
  EXPECT_EQ(service.uptime_s, 3);
  EXPECT_EQ(service.work.at, Instant(100500ms));
  EXPECT_EQ(service.work.answered, 10u);
  EXPECT_EQ(service.work.errors, 2u);
  EXPECT_EQ(service.work.took[4], 6u);
  ASSERT_TRUE(service.recent);
  EXPECT_EQ(service.recent->over, 10s);
  EXPECT_EQ(service.recent->requests_per_s, 1.5);
  EXPECT_EQ(service.recent->p50, 1500us);
  EXPECT_FALSE(service.recent->p99);
  EXPECT_THAT(service.reasons, ElementsAre(std::pair("own_fault", 2), std::pair("killed", 0)));
  ASSERT_EQ(service.draining.size(), 1u);
  EXPECT_EQ(service.draining[0].in_flight, 3);
  EXPECT_EQ(service.draining[0].killed_in_s, 9.5);
  EXPECT_EQ(service.ready(), 1u);
  EXPECT_EQ(service.total("memory_bytes"), 15);
  EXPECT_EQ(service.total("absent"), 0);
}

TEST(StatusDocument, HostileNumbersAreNoNumbers) {
  const auto status = parse_status(R"({"pid":1,"at_s":1e300,"services":[{"requests":-5,
    "took":[1,2],"recent":{"over_s":-1,"p50_ms":1e300,"p99_ms":"x"},"uptime_s":"soon",
    "workers":[{"n":9223372036854775807},{"n":9223372036854775807}]}]})");
  ASSERT_TRUE(status);
  const StatusService& service = status->services[0];
  EXPECT_EQ(service.work.answered, 0u);
  EXPECT_EQ(service.work.took, LatencyCounts{}) << "of other buckets";
  EXPECT_EQ(service.recent->over, 0s);
  EXPECT_FALSE(service.recent->p99);
  EXPECT_FALSE(service.uptime_s);
  EXPECT_EQ(service.total("n"), 0);
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
