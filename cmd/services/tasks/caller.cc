#include "cmd/services/tasks/caller.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace tasks {
namespace {

// What users says of a session; more of it is ignored.
struct Session {
  std::string username;
};

[[noreturn]] void not_logged_in() {
  throw svc::Problem(401, "log in first: POST /login of the service users gives a token")
      .header("WWW-Authenticate", "Bearer");
}

svc::HttpResponse ask_users(svc::Context& ctx, std::string_view authorization) {
  try {
    return ctx.http("users")
        .get("/session")
        .header("Authorization", authorization)
        .timeout(kAskMax)
        .attempt_timeout(kAskOnceMax)
        .attempts(2)
        .response();
  } catch (const svc::UpstreamError& failure) {
    svc::log::warn("users can't be asked: {}", failure.reason());
    throw svc::Problem(503, "nobody can be authenticated at the moment").header("Retry-After", "1");
  }
}

}  // namespace

void declare_users(svc::App& app) { app.upstream("users"); }

Caller authenticate(svc::Context& ctx) {
  const auto authorization = ctx.request().header("Authorization");
  if (!authorization) not_logged_in();
  const svc::HttpResponse answer = ask_users(ctx, *authorization);
  if (answer.status() == 401) not_logged_in();
  if (!answer.ok()) {
    svc::log::warn("users answered {} about a session", answer.status());
    throw svc::Problem(503, "nobody can be authenticated at the moment").header("Retry-After", "1");
  }
  return {answer.as<Session>().username};
}

}  // namespace tasks
