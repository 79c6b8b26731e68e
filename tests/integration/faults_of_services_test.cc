// Services that crash again and again: the route is taken out of service, or the whole generation.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "tests/support/http_client.h"
#include "tests/support/json.h"
#include "tests/support/load.h"
#include "tests/support/svcd.h"

namespace svc::testing {
namespace {

constexpr std::string_view kPoison = "/crash/SEGV";

// Kills the worker that takes it; true once another is there.
bool poison(const Svcd& svcd, size_t workers) {
  const int64_t before = json_number(svcd.status(), "/services/0/restarts").value_or(0);
  static_cast<void>(fetch(svcd.address("one"), std::string(kPoison)));
  return eventually([&] {
    return json_number(svcd.status(), "/services/0/restarts").value_or(0) > before &&
           svcd.workers("one").size() == workers;
  });
}

TEST(PoisonRequest, ItsRouteGoesIntoQuarantineAndTheOthersServe) {
  Svcd svcd(chaos_service("one", 2));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(poison(svcd, 2));
  ASSERT_TRUE(eventually([&] {
    return svcd.status("/services/0/quarantined") == "[\"GET /crash/{signal}\"]";
  })) << svcd.status();
  EXPECT_TRUE(svcd.log_has("GET /crash/{signal} is in quarantine"));

  // On one connection: the refusal doesn't end it.
  HttpClient client(svcd.address("one"));
  for (int i = 0; i < 4; ++i) {
    const auto refused = client.get(kPoison);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 503);
    EXPECT_EQ(refused->header("Retry-After"), "60");
    EXPECT_EQ(client.get("/pid")->status, 200);
  }
  // A worker that starts later knows of it, too.
  const auto workers = svcd.workers("one");
  for (const pid_t worker : workers) ::kill(worker, SIGKILL);
  ASSERT_TRUE(eventually([&] {
    const auto now = svcd.workers("one");
    return now.size() == 2 && now[0] != workers[0] && now[1] != workers[1];
  }));
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(fetch(svcd.address("one"), std::string(kPoison))->status, 503);
  client.close();
  EXPECT_TRUE(svcd.stop());
}

TEST(PoisonRequest, IsServedAgainAfterUnquarantineAndAfterAReload) {
  Svcd svcd(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  const auto quarantined = [&] { return svcd.status("/services/0/quarantined") != "[]"; };
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(poison(svcd, 1));
  ASSERT_TRUE(eventually(quarantined));

  const auto wrong = svcd.svcctl({"unquarantine", "one", "/nowhere"});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_NE(wrong.output.find("these are: GET /crash/{signal}"), std::string::npos) << wrong.output;
  const auto lifted = svcd.svcctl({"unquarantine", "one", "GET /crash/{signal}"});
  EXPECT_EQ(lifted.exit_code, 0) << lifted.output;
  EXPECT_FALSE(quarantined());
  EXPECT_EQ(svcd.svcctl({"unquarantine", "one"}).exit_code, 1) << "there is none any more";
  ASSERT_TRUE(poison(svcd, 1)) << "it is not served";

  for (int i = 0; i < 2; ++i) ASSERT_TRUE(poison(svcd, 1));
  ASSERT_TRUE(eventually(quarantined));
  ASSERT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
  EXPECT_FALSE(quarantined());
  ASSERT_TRUE(svcd.wait_ready("one", 1)) << "the old one still knows of it";
  ASSERT_TRUE(poison(svcd, 1));
  EXPECT_TRUE(svcd.stop());
}

TEST(Probation, AGenerationThatCrashesAtOnceIsReplacedByTheLastGoodOne) {
  Svcd svcd(chaos_service("one", 2));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  svcd.configure(chaos_service("one", 3));
  ASSERT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
  EXPECT_EQ(svcd.status("/services/0/on_probation"), "true");
  ASSERT_TRUE(svcd.wait_ready("one", 3)) << "the old ones' deaths would count for nothing";
  Load load({.address = svcd.address("one"), .clients = 2});
  for (int i = 0; i < 3; ++i) static_cast<void>(fetch(svcd.address("one"), std::string(kPoison)));
  ASSERT_TRUE(svcd.log_has("going back to generation 1"));
  ASSERT_TRUE(svcd.wait_ready("one", 2)) << svcd.status();
  EXPECT_EQ(svcd.generation("one"), 3);
  EXPECT_EQ(svcd.status("/services/0/on_probation"), "false");
  EXPECT_EQ(svcd.status("/services/0/quarantined"), "[]");

  // The same mistake again is found out again.
  svcd.configure(chaos_service("one", 4));
  ASSERT_EQ(svcd.svcctl({"reload"}).exit_code, 0);
  ASSERT_TRUE(svcd.wait_ready("one", 4));
  for (int i = 0; i < 3; ++i) static_cast<void>(fetch(svcd.address("one"), std::string(kPoison)));
  ASSERT_TRUE(svcd.wait_ready("one", 2)) << svcd.status();
  EXPECT_EQ(svcd.generation("one"), 5);
  load.stop();
  EXPECT_TRUE(svcd.stop());
}

TEST(Probation, AServiceThatIsNewHasNothingToGoBackTo) {
  Svcd svcd(chaos_service("one", 1));
  ASSERT_TRUE(svcd.start()) << svcd.ready_text();
  EXPECT_EQ(svcd.status("/services/0/on_probation"), "false");
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(poison(svcd, 1));
  EXPECT_EQ(svcd.generation("one"), 1);
  EXPECT_TRUE(svcd.stop());
}

}  // namespace
}  // namespace svc::testing
