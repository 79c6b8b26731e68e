#include "core/sdk/guards/concurrency.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "core/sdk/fan_out.h"
#include "core/sdk/testing/client.h"

namespace svc {
namespace {

using testing::Answer;
using testing::Client;

TEST(Concurrency, LetsSoManyInQueuesSomeAndRefusesTheRest) {
  int inside = 0, most = 0;
  Client client([&](App& app) {
    app.get("/x",
            [&](Context& ctx) {
              most = std::max(most, ++inside);
              ctx.sleep_for(5ms);
              --inside;
              return 1;
            })
        .concurrency(2, 3);
  });
  const std::vector<Answer> answers = client.send_all({{"GET", "/x"},
                                                       {"GET", "/x"},
                                                       {"GET", "/x"},
                                                       {"GET", "/x"},
                                                       {"GET", "/x"},
                                                       {"GET", "/x"},
                                                       {"GET", "/x"}});
  int good = 0, refused = 0;
  for (const Answer& answer : answers) {
    good += answer.status == 200;
    refused += answer.status == 503 && answer.header("Retry-After").has_value();
  }
  EXPECT_EQ(good, 5);
  EXPECT_EQ(refused, 2);
  EXPECT_EQ(most, 2);
  EXPECT_EQ(client.get("/x").status, 200);
}

TEST(Concurrency, WhoHasWaitedTooLongIsRefused) {
  Client client(
      [&](App& app) {
        app.get("/x",
                [&](Context& ctx) {
                  ctx.sleep_for(100ms);
                  return 1;
                })
            .guard(concurrency({.at_once = 1, .queue = 5, .wait = 99ms}));
      },
      {.fake_time = true});
  const auto answers = client.send_all({{"GET", "/x"}, {"GET", "/x"}});
  EXPECT_EQ(answers[0].status, 200);
  EXPECT_EQ(answers[1].status, 503);
}

TEST(Concurrency, NeedsAtLeastOne) { EXPECT_THROW(concurrency(0), std::invalid_argument); }

}  // namespace
}  // namespace svc
