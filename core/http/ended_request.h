// ended_request.h — what is known of a request when it is over: for counters, access logs, traces.
//
// Why one struct and one place (ServerCore::request_over): a request ends in many ways (answered,
// refused before its head was one, cut half-way, left behind by a connection that goes on without
// its handler), and whoever counts or logs wants each of them exactly once.
//
// "Over" is when the answer has been given to the connection in whole, or never will be. The client
// may still be taking it; if it goes before it has, that is the connection's failure
// (WorkerSlot::requests_failed) and no second end of the request. A handler that can't be
// interrupted may outlive its request.
//
// Thread: the worker's loop, perhaps on a handler's stack: nothing there may suspend or throw.
#pragma once

#include <cstdint>

#include "core/base/clock.h"
#include "core/http/application.h"
#include "core/http/message.h"
#include "core/net/address.h"

namespace svc {

struct EndedRequest {
  const RequestHead* head = nullptr;  // nullptr: refused before it was one.
  uint32_t route = kRouteNone;        // Index in Application::routes().
  int status = 0;                     // Of the answer, final or begun; 0: nothing was answered.
  bool complete = false;              // The connection has all of the answer.
  uint64_t bytes_in = 0;              // Of the message as received: head, framing, body, trailers.
  uint64_t bytes_out = 0;             // Of the answer as sent, 100 Continue included.
  uint64_t id = 0;                    // As Exchange::id(); 0 without a head.
  const TraceContext* trace = nullptr;  // nullptr: nobody has asked for it.
  const Address* peer = nullptr;        // Never null in request_over().
  Instant began{};                      // The turn in which the head was complete.
  Instant ended{};                      // The handler's end, or the turn in which it was over.

  Duration took() const noexcept { return ended - began; }
};

// Who wants to know beside the counters: the access log, tests. Pointers are valid during the call.
class RequestObserver {
 public:
  virtual void request_over(const EndedRequest& request) noexcept = 0;

 protected:
  ~RequestObserver() = default;
};

}  // namespace svc
