#include "core/sdk/events.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "core/loop/fiber.h"
#include "core/sdk/app.h"
#include "core/sdk/problem.h"
#include "core/sdk/testing/client.h"

namespace svc {
namespace {

using testing::Answer;
using testing::Client;

struct Tick {
  int n;
};

void event_routes(App& app) {
  app.get("/lines", [](Events& out) {
    out.send("one");
    out.send("two\nlines\r\nand\rmore\n", {.event = "note", .id = "7"});
    out.send("", {.retry = std::chrono::milliseconds(250)});
    out.send_json(Tick{3}, {.id = "8"});
  });
  app.get("/nothing", [](Events&) {});
  app.get("/again", [](Events& out) { out.send(out.last_event_id()); });
  app.get("/named", [](Events& out) { out.header("X-A", "1").send("x"); });
  app.get("/quiet", [](Events& out) {
    out.heartbeat(std::chrono::seconds(10));
    sleep_for(std::chrono::seconds(35));
    out.heartbeat(std::chrono::seconds(0)).send("x");
    sleep_for(std::chrono::seconds(100));
  });
  app.get("/pool", [](Events& out) { out.send("from the pool"); }).offload();
  app.get("/denied", [](Events&) { throw Problem(403); });
  app.get("/late", [](Events& out) {
    out.send("x");
    throw Problem(403);
  });
  app.get("/split/{x}", [](std::string x, Events& out) { out.send("x", {.event = x}); });
  app.get("/ended", [](Events& out) {
    out.send("x");
    Fiber::self().cancel(CancelReason::drain);
    sleep_for(std::chrono::seconds(100));
  });
  app.get("/ended-early", [](Events&) {
    Fiber::self().cancel(CancelReason::drain);
    sleep_for(std::chrono::seconds(100));
  });
  app.get("/gone", [](Events& out) {
    out.send("x");
    Fiber::self().cancel(CancelReason::client_gone);
    sleep_for(std::chrono::seconds(100));
  });
}

TEST(Events, AreLinesThatEventSourceReads) {
  Client client(event_routes);
  const Answer answer = client.get("/lines");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Type"), "text/event-stream");
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  EXPECT_EQ(answer.body,
            "data: one\n\n"
            "event: note\nid: 7\ndata: two\ndata: lines\ndata: and\ndata: more\ndata: \n\n"
            "retry: 250\ndata: \n\n"
            "id: 8\ndata: {\"n\":3}\n\n");
  EXPECT_EQ(client.get("/nothing").status, 200);
  EXPECT_EQ(client.get("/named").header("X-A"), "1");
  EXPECT_EQ(client.get("/pool").body, "data: from the pool\n\n");
}

TEST(Events, KnowWhereTheClientWas) {
  Client client(event_routes);
  EXPECT_EQ(client.get("/again", {{"Last-Event-ID", "41"}}).body, "data: 41\n\n");
  EXPECT_EQ(client.get("/again").body, "data: \n\n");
}

TEST(Events, SayThatTheyLiveWhileNothingHappens) {
  Client client(event_routes, {.fake_time = true});
  EXPECT_EQ(client.get("/quiet").body, ":\n\n:\n\n:\n\ndata: x\n\n");
}

TEST(Events, CanBeRefusedBeforeTheyBegin) {
  Client client(event_routes);
  EXPECT_EQ(client.get("/denied").status, 403);
  EXPECT_TRUE(client.get("/late").cut);
}

TEST(Events, NoInputMakesAnEventOfItsOwn) {
  Client client(event_routes);
  EXPECT_EQ(client.get("/split/a%0Adata:%20b").status, 500);
  EXPECT_EQ(client.get("/split/a%0Db").status, 500);
  EXPECT_EQ(client.get("/split/ab").body, "event: ab\ndata: x\n\n");
}

// The worker is to end: the client should see an end and come back, not a broken connection.
TEST(Events, EndCleanlyWhenTheWorkerDoes) {
  Client client(event_routes);
  const Answer answer = client.get("/ended");
  EXPECT_FALSE(answer.cut);
  EXPECT_EQ(answer.body, "data: x\n\n");
  EXPECT_EQ(client.get("/ended-early").status, 200);
  EXPECT_TRUE(client.get("/gone").cut);
}

TEST(Events, HaveNoDeadlineUnlessTheRouteHas) {
  Client client(event_routes);
  RequestHead head;
  head.method = Method::get;
  head.method_text = "GET";
  head.path = "/lines";
  const RoutePlan plan = client.app().plan(head);
  EXPECT_TRUE(plan.endless);
  EXPECT_EQ(plan.deadline, std::chrono::milliseconds(0));
}

}  // namespace
}  // namespace svc
