// guard.h — what may refuse a request before its body is read: a rate limit, a queue that is full,
// a missing credential.
//
//   app.post("/reports", make_report).guard(std::make_shared<Limit>(…));
//   app.group("/v1").use(std::make_shared<Limit>(…));
//
// A guard is a middleware with one thing more: on a route that has one, the handler's body is read
// after the whole chain has let the request in. A client that waits for 100 Continue sends nothing
// to be refused; of others the server drains little, or closes. What it costs: the body arrives
// within the request's deadline, and holds a fiber while it does.
//
// Threads: the request's fiber; may wait. One object serves all requests of a worker.
#pragma once

#include <span>
#include <string_view>

#include "core/base/api.h"

namespace svc {

class Context;
class Next;
struct ParameterInfo;   // handler_info.h
struct SecurityScheme;  // security.h

class SVC_API Guard {
 public:
  virtual ~Guard();

  // Throws a Problem to refuse, answers itself (next.answer), or calls next() and does what is to
  // be done when the answer is there. Cancelled may unwind it at every wait.
  virtual void around(Context& ctx, Next& next) = 0;
  // As `svcctl routes` shows it: "rate limit 100/s".
  virtual std::string_view name() const noexcept = 0;
  // The statuses that it refuses with, for the OpenAPI document.
  virtual std::span<const int> statuses() const noexcept { return {}; }
  // What it demands of a client, for the document too; nullptr: nothing.
  virtual const SecurityScheme* security() const noexcept { return nullptr; }
  // What it reads of a request: listed with each route that it is around.
  virtual std::span<const ParameterInfo> parameters() const noexcept;

 protected:
  Guard() = default;
  Guard(const Guard&) = default;
  Guard& operator=(const Guard&) = default;
};

}  // namespace svc
