// users.cc — the service that knows who somebody is: registration, login, sessions.
//
//   POST   /register  {"username":"ann","password":"…"}   201; 400 when the name is taken
//   POST   /login     the same                            200 {"token":…}; 401; 429 too many
//   GET    /session   Authorization: Bearer TOKEN         200 {"username":…}; 401
//   DELETE /session   likewise                            204: logged out
#include <svc/svc.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "cmd/services/users/accounts.h"
#include "cmd/services/users/sessions.h"

namespace users {
namespace {

// [service.users.options]
struct Settings {
  std::string database;  // "sqlite:/path" or "postgres://user@host/name"
  svc::Default<svc::Int<1, 64>, 8> connections;
  svc::Default<svc::Int<1, 31'536'000>, 86'400> session_seconds;
  svc::Default<svc::Int<1, 128>, 1> password_length_min;
  svc::Default<svc::Int<8, 4'194'304>, 19'456> argon2_memory_kib;
  svc::Default<svc::Int<1, 100>, 2> argon2_passes;
  svc::Default<svc::Int<1, 16>, 1> argon2_lanes;
  // How often one may guess: POST /login from one address, and for one name. 0: no limit.
  svc::Default<svc::Int<0, 1'000'000>, 100> logins_per_peer;
  svc::Default<svc::Int<0, 1'000'000>, 10> logins_per_name;
  svc::Default<svc::Int<1, 86'400>, 300> login_seconds;

  void check(svc::Issues& issues) const {
    if (const auto mistake = storage::url_mistake(database); !mistake.empty())
      issues.add("database", std::string(mistake));
  }
};

struct Credentials {
  svc::Text<1, 64> username;
  svc::Text<1, 128> password;  // Longer ones only cost time.
};
struct Registered {
  int64_t id;
  std::string username;
};
struct Token {
  std::string token;
  std::string token_type;
  int64_t expires_in;  // Seconds.
};
struct Health {
  std::string status;
};

using Authorization = svc::Header<"Authorization", std::optional<std::string>>;

PasswordCost cost_of(const Settings& settings) {
  return {.memory_kib = static_cast<uint32_t>(settings.argon2_memory_kib.value()),
          .passes = static_cast<uint32_t>(settings.argon2_passes.value()),
          .lanes = static_cast<uint32_t>(settings.argon2_lanes.value())};
}

// `count` logins in login_seconds; by whom, the caller says.
svc::RateLimitOptions login_limit(const Settings& settings, int64_t count, std::string name) {
  return {.count = static_cast<uint64_t>(count),
          .per = std::chrono::seconds(settings.login_seconds.value()),
          .name = std::move(name)};
}

std::optional<svc::RateLimiter> limit_by_name(const Settings& settings) {
  if (settings.logins_per_name.value() == 0) return std::nullopt;
  auto limit = login_limit(settings, settings.logins_per_name.value(), "login by name");
  limit.headers = false;  // How often others tried that name is nobody's business.
  return svc::RateLimiter(std::move(limit));
}

// All that the handlers share, in one worker.
struct Service {
  explicit Service(const Settings& chosen)
      : settings(chosen),
        database(
            storage::open({.url = settings.database,
                           .connections_max = static_cast<size_t>(settings.connections.value())})),
        accounts(*database, cost_of(settings)),
        sessions(*database, std::chrono::seconds(settings.session_seconds.value())),
        logins_by_name(limit_by_name(settings)) {}

  Settings settings;
  std::unique_ptr<storage::Database> database;
  Accounts accounts;
  Sessions sessions;
  std::optional<svc::RateLimiter> logins_by_name;
};

[[noreturn]] void refuse(std::string why) {
  throw svc::Problem(401, std::move(why)).header("WWW-Authenticate", "Bearer");
}

std::string token_of(const Authorization& authorization) {
  if (!authorization) refuse("log in first: there is no Authorization field");
  auto token = bearer_token(*authorization);
  if (!token) refuse("the Authorization field is not \"Bearer TOKEN\"");
  return *std::move(token);
}

svc::Created<Registered> sign_up(Service& service, const Credentials& in) {
  const auto shortest = service.settings.password_length_min.value();
  // Bytes, not characters: what a password is worth is decided by neither.
  if (static_cast<int64_t>(in.password.size()) < shortest) {
    throw svc::Problem({svc::Issue{{"body", "password"},
                                   "must have at least " + std::to_string(shortest) + " characters",
                                   "string_too_short"}});
  }
  auto account = service.accounts.add(in.username, in.password);
  if (!account) throw svc::Problem(400, "the username is taken").with("username", in.username);
  return svc::Created(Registered{account->id, account->username});
}

Token log_in(Service& service, const Credentials& in, svc::Context& ctx) {
  // Before the password is looked at, and whether there is such a user or not: a refusal tells
  // nothing, and costs no hash.
  if (service.logins_by_name) service.logins_by_name->take(ctx, in.username);
  const auto account = service.accounts.verify(in.username, in.password);
  if (!account) refuse("wrong username or password");
  return {service.sessions.begin(account->id), "bearer", service.sessions.lifetime().count()};
}

Session look_up(Service& service, const Authorization& authorization) {
  auto session = service.sessions.find(token_of(authorization));
  if (!session) refuse("the session has expired, or never was");
  return *std::move(session);
}

void routes(svc::App& app) {
  const auto service = std::make_shared<Service>(app.options().as<Settings>());
  app.on_start([service] {
    Accounts::migrate(*service->database);
    service->accounts.start();
  });
  app.post("/register", [service](Credentials in) { return sign_up(*service, in); });
  auto& login =
      app.post("/login",
               [service](Credentials in, svc::Context& ctx) { return log_in(*service, in, ctx); })
          .throws(429, "Too many logins, from there or for that name; see Retry-After.");
  const Settings& settings = service->settings;
  if (const auto count = settings.logins_per_peer.value(); count != 0)
    login.guard(svc::rate_limit(login_limit(settings, count, "login by peer")));
  app.get("/session", [service](Authorization by) { return look_up(*service, by); });
  app.del("/session", [service](Authorization by) { service->sessions.end(token_of(by)); });
  app.get("/health", [service] {
    if (svc::stopping()) throw svc::Problem(503, "stopping");
    service->database->run("SELECT 1");
    return Health{"ok"};
  });
}

}  // namespace
}  // namespace users

SVC_SERVICE(users, users::routes)
