// caller.h — who makes a request: asked of the service users, by the token that came with it.
//
// As the type of a parameter: the handler runs for somebody who is logged in, or not at all.
//
// Why asked each time: a session that is ended in users counts at once, in all workers. The answer
// is a millisecond away; where users can't be asked, nobody is let in: 503, at once when the
// breaker is open, otherwise within kAskMax.
#pragma once

#include <svc/svc.h>

#include <chrono>
#include <string>

namespace tasks {

struct Caller {
  std::string username;
};

// An attempt that isn't answered is tried once more: a worker of users may just have died.
inline constexpr std::chrono::milliseconds kAskOnceMax{1'000};
inline constexpr std::chrono::milliseconds kAskMax{2'500};

// The upstream "users" must be configured: [service.tasks.upstreams.users] urls = […]
void declare_users(svc::App& app);

// Throws svc::Problem 401 (no token, or one that users doesn't know) or 503.
Caller authenticate(svc::Context& ctx);

}  // namespace tasks

template <>
struct svc::from<tasks::Caller> {
  static tasks::Caller get(svc::Context& ctx) { return tasks::authenticate(ctx); }
};
