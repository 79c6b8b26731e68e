// The service users, answer by answer, with each database.
#include "core/sdk/module.h"
#include "core/sdk/testing/client.h"
#include "tests/unit/services/databases.h"

extern "C" const svc::ModuleInfo svc_module;

namespace storage::testing {
namespace {

using svc::testing::Answer;
using svc::testing::Client;

struct Token {
  std::string token;
};

class Users : public EachDatabase {
 protected:
  // A worker of the service, with hashes that cost nothing.
  std::unique_ptr<Client> worker(std::vector<svc::OptionRow> more = {}) {
    std::vector<svc::OptionRow> options = {{"argon2_memory_kib", int64_t{8}, ""},
                                           {"argon2_passes", int64_t{1}, ""}};
    options.insert(options.end(), more.begin(), more.end());
    if (more.empty() || more.front().key != "database") options.push_back({"database", url(), ""});
    return std::make_unique<Client>(svc_module.routes, std::move(options));
  }
  static Answer session(Client& client, const std::string& token) {
    return client.send("GET", "/session", "", {{"Authorization", "Bearer " + token}});
  }
  static constexpr auto kAnn = R"({"username":"ann","password":"correct horse"})";
};
INSTANTIATE_TEST_SUITE_P(All, Users, each_database(), database_name);

TEST_P(Users, RegisterOnce) {
  const auto client = worker();
  const Answer first = client->post_json("/register", kAnn);
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(first.body, R"({"id":1,"username":"ann"})");
  const Answer second = client->post_json("/register", R"({"username":"ann","password":"other"})");
  EXPECT_EQ(second.status, 400);
  EXPECT_NE(second.body.find("the username is taken"), std::string::npos) << second.body;
  EXPECT_EQ(client->post_json("/login", kAnn).status, 200) << "the first password stays";
}

TEST_P(Users, WhatIsMissingIsToldAtOnce) {
  const auto client = worker();
  const Answer answer = client->post_json("/register", R"({"username":""})");
  EXPECT_EQ(answer.status, 422);
  EXPECT_NE(answer.body.find(R"(["body","username"])"), std::string::npos) << answer.body;
  EXPECT_NE(answer.body.find(R"(["body","password"])"), std::string::npos) << answer.body;
  EXPECT_EQ(client->post_json("/register", "{").status, 400);
}

TEST_P(Users, AWrongPasswordAndAnUnknownNameLookTheSame) {
  const auto client = worker();
  client->post_json("/register", kAnn);
  const Answer wrong = client->post_json("/login", R"({"username":"ann","password":"x"})");
  const Answer unknown = client->post_json("/login", R"({"username":"bob","password":"x"})");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(wrong.body, unknown.body);
  EXPECT_EQ(wrong.header("WWW-Authenticate"), "Bearer");
}

TEST_P(Users, GuessingANamesPasswordIsBounded) {
  const auto client = worker({{"logins_per_name", int64_t{3}, ""}});
  client->post_json("/register", kAnn);
  for (int i = 0; i < 3; ++i) {
    client->set_peer("192.0.2." + std::to_string(i) + ":4000");  // However many take part.
    EXPECT_EQ(client->post_json("/login", R"({"username":"ann","password":"x"})").status, 401);
  }
  const Answer refused = client->post_json("/login", kAnn);
  EXPECT_EQ(refused.status, 429) << refused.body;
  EXPECT_EQ(refused.header("Retry-After"), "100");
  EXPECT_EQ(refused.header("RateLimit-Remaining"), "98") << "the peer's: its second";
  EXPECT_EQ(client->post_json("/login", R"({"username":"bob","password":"x"})").status, 401);
}

TEST_P(Users, AClientThatTriesManyNamesIsBounded) {
  const auto client =
      worker({{"logins_per_peer", int64_t{3}, ""}, {"login_seconds", int64_t{60}, ""}});
  client->post_json("/register", kAnn);
  for (const auto* name : {"b", "c", "d"}) {
    const std::string guess = std::string(R"({"username":")") + name + R"(","password":"x"})";
    EXPECT_EQ(client->post_json("/login", guess).status, 401);
  }
  const Answer refused = client->post_json("/login", kAnn);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "20");
  client->set_peer("192.0.2.9:4000");
  EXPECT_EQ(client->post_json("/login", kAnn).status, 200) << "from elsewhere";
}

TEST_P(Users, LimitsOfLoginsCanBeTakenAway) {
  const auto client =
      worker({{"logins_per_peer", int64_t{0}, ""}, {"logins_per_name", int64_t{0}, ""}});
  client->post_json("/register", kAnn);
  for (int i = 0; i < 150; ++i)
    ASSERT_EQ(client->post_json("/login", kAnn).status, 200) << "login " << i;
}

// One after the other: two clients in one thread would take each other's pools.
TEST_P(Users, ATokenIsGoodInEveryWorkerUntilLogout) {
  std::string token;
  {
    const auto client = worker();
    client->post_json("/register", kAnn);
    token = client->post_json("/login", kAnn).as<Token>().token;
    EXPECT_EQ(token.size(), 64u);
  }
  {
    const auto client = worker();
    EXPECT_NE(session(*client, token).body.find(R"("username":"ann")"), std::string::npos);
    const svc::testing::Headers by = {{"Authorization", "Bearer " + token}};
    EXPECT_EQ(client->send("DELETE", "/session", "", by).status, 204);
  }
  const auto client = worker();
  EXPECT_EQ(session(*client, token).status, 401);
}

TEST_P(Users, WithoutAGoodTokenThereIsNoSession) {
  const auto client = worker();
  EXPECT_EQ(client->get("/session").status, 401);
  EXPECT_EQ(session(*client, "guess").status, 401);
  EXPECT_EQ(client->send("GET", "/session", "", {{"Authorization", "Basic YTpi"}}).status, 401);
}

TEST_P(Users, ASessionExpires) {
  const auto client = worker({{"session_seconds", int64_t{1}, ""}});
  client->post_json("/register", kAnn);
  const std::string token = client->post_json("/login", kAnn).as<Token>().token;
  EXPECT_TRUE(svc::testing::eventually([&] { return session(*client, token).status == 401; }));
}

TEST_P(Users, ShortPasswordsAreRefusedWhereTheyAre) {
  const auto client = worker({{"password_length_min", int64_t{8}, ""}});
  EXPECT_EQ(client->post_json("/register", R"({"username":"ann","password":"seven77"})").status,
            422);
  EXPECT_EQ(client->post_json("/register", kAnn).status, 201);
}

TEST_P(Users, AnUnknownDatabaseEndsTheBootWithItsName) {
  try {
    worker({{"database", "mysql://x", "production.toml:7:1"}});
    ADD_FAILURE() << "booted";
  } catch (const std::exception& failure) {
    EXPECT_NE(std::string(failure.what()).find("production.toml:7:1: "), std::string::npos)
        << failure.what();
    EXPECT_NE(std::string(failure.what()).find("options.database"), std::string::npos)
        << failure.what();
  }
}

TEST_P(Users, HealthAsksTheDatabase) { EXPECT_EQ(worker()->get("/health").status, 200); }

}  // namespace
}  // namespace storage::testing
