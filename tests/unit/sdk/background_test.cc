// Work that goes on when the answer has been given.
#include "core/sdk/background.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "core/sdk/testing/client.h"
#include "tests/unit/sdk/captured_log.h"

namespace svc {
namespace {

using testing::Client;

TEST(Background, BeginsWhenTheHandlerHasAnswered) {
  std::string order;
  Client client([&](App& app) {
    app.get("/", [&](Context& ctx) {
      ctx.background([&] { order += "later "; });
      svc::background([&] { order += "soon "; });
      for (int i = 0; i < 1000 && order.empty(); ++i) svc::sleep_for(1ms);
      order += "handler ";
    });
  });
  EXPECT_EQ(client.get("/").status, 204);
  client.wait_for_background();
  EXPECT_EQ(order, "soon handler later ");
}

TEST(Background, MayWaitAsLongAsItLikes) {
  bool done = false;
  Client client(
      [&](App& app) {
        app.get("/", [&](Context& ctx) {
          ctx.background([&] {
            svc::sleep_for(1h);
            done = true;
          });
        });
      },
      {.fake_time = true});
  client.set_deadline(10ms);
  EXPECT_EQ(client.get("/").status, 204);
  EXPECT_FALSE(done);
  client.wait_for_background();
  EXPECT_TRUE(done);
}

TEST(Background, FailureIsLoggedAndCountedAndHarmsNobody) {
  int done = 0;
  Client client([&](App& app) {
    app.get("/jobs/{what}", [&](Context& ctx, std::string what) {
      ctx.background([&, what] {
        if (what == "bad") throw std::runtime_error("no mail server");
        ++done;
      });
      return ctx.request_id();
    });
    app.get("/failed", [] { return background_figures().failed; });
    app.get("/done", [] { return background_figures().done; });
    app.get("/running", [] { return background_figures().running; });
  });
  testing::CapturedLog captured;
  const std::string id = client.get("/jobs/bad").body;
  client.wait_for_background();
  const std::string log = captured.take();
  EXPECT_NE(log.find("request " + id + ": /jobs/{what}: background work failed: no mail server"),
            std::string::npos)
      << log;
  EXPECT_EQ(client.get("/jobs/good").status, 200);
  client.wait_for_background();
  EXPECT_EQ(done, 1);
  EXPECT_EQ(client.get("/failed").body, "1");
  EXPECT_EQ(client.get("/done").body, "1");
  EXPECT_EQ(client.get("/running").body, "0");
}

TEST(Background, OfAHandlerThatThrowsIsDroppedAndThatOfItsMiddlewareIsNot) {
  std::string order;
  Client client([&](App& app) {
    app.use([&](Context& ctx, Next& next) {
      ctx.background([&] { order += "middleware "; });
      next();
    });
    app.get("/", [&](Context& ctx) {
      ctx.background([&] { order += "handler "; });
      throw Problem(409);
    });
    app.get("/running", [] { return background_figures().running; });
  });
  EXPECT_EQ(client.get("/").status, 409);
  client.wait_for_background();
  EXPECT_EQ(order, "middleware ");
  EXPECT_EQ(client.get("/running").body, "1");  // This request's own.
}

TEST(Background, IsBounded) {
  Client client([](App& app) {
    app.get("/", [](Context& ctx) {
      for (size_t i = 0; i < kBackgroundMax; ++i) ctx.background([] {});
    });
    app.get("/more", [](Context& ctx) {
      for (size_t i = 0; i <= kBackgroundMax; ++i) ctx.background([] {});
    });
  });
  EXPECT_EQ(client.get("/more").status, 503);
  EXPECT_EQ(client.get("/").status, 204);
  client.wait_for_background();
  EXPECT_EQ(client.get("/").status, 204);
}

TEST(Background, WorksInPoolThreads) {
  bool soon = false;
  bool later = false;
  Client client([&](App& app) {
    app.get("/",
            [&](Context& ctx) {
              svc::background([&] { soon = true; });
              ctx.background([&] { later = true; });
            })
        .offload();
  });
  EXPECT_EQ(client.get("/").status, 204);
  client.wait_for_background();
  EXPECT_TRUE(soon && later);
}

TEST(Background, EndsWithItsWorker) {
  std::string order;
  {
    Client client([&](App& app) {
      app.on_start([&] {
        svc::background(
            [&] {
              struct Mark {
                std::string& order;
                ~Mark() { order += "endless "; }
              } mark{order};
              for (;;) svc::sleep_for(1h);
            },
            AtStop::cancel);
      });
      app.get("/", [&](Context& ctx) {
        ctx.background([&] {
          svc::sleep_for(20ms);
          order += "finished ";
        });
      });
      app.on_stop([&] { order += "stopped"; });
    });
    EXPECT_EQ(client.get("/").status, 204);
  }
  EXPECT_EQ(order, "endless finished stopped");
}

TEST(Background, HoldsItsOwn) {
  const auto held = std::make_shared<int>(1);
  Client client([&](App& app) {
    app.get("/", [&](Context& ctx) { ctx.background([held] { svc::sleep_for(1ms); }); });
  });
  const auto handlers = held.use_count();
  EXPECT_EQ(client.get("/").status, 204);
  client.wait_for_background();
  EXPECT_EQ(held.use_count(), handlers);
}

}  // namespace
}  // namespace svc
