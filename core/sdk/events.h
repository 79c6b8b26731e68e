// events.h — server-sent events: an answer that goes on, which a browser's EventSource reads
// (WHATWG HTML 9.2).
//
//   app.get("/prices", [](svc::Events& out) {
//     int64_t next = number_after(out.last_event_id());  // What a client sends may be anything.
//     for (;; ++next) out.send_json(wait_for_price(next), {.event = "price", .id =
//     std::to_string(next)});
//   });
//
// The handler returns void and may go on for ever: no deadline ends it unless the route has one of
// its own. It ends (Cancelled, at the next wait) when the client has gone, and when the worker is
// to end: at once then, with a complete answer, so that the client comes back to another worker
// and says with Last-Event-ID where it was. A stream on which nothing happens is kept alive, and
// its end noticed, by a comment every 15 seconds that needs no thread and no help by the handler.
//
// Threads: the handler's; in a pool thread the calls are passed to the request's fiber.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/base/clock.h"
#include "core/http/application.h"
#include "core/http/message.h"
#include "core/loop/timer.h"
#include "core/sdk/json/write_json.h"
#include "core/sdk/types/describe.h"

namespace svc {

class EventLoop;

// What is said beside the data. Texts without line breaks.
struct EventOptions {
  std::string event{};                               // Its type; "message" where it is empty.
  std::string id{};                                  // What comes back as Last-Event-ID.
  std::optional<std::chrono::milliseconds> retry{};  // How long the client waits before it returns.
};

class SVC_API Events {
 public:
  static constexpr std::chrono::milliseconds kHeartbeat{15'000};

  explicit Events(Exchange& exchange);
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  // The id of the last event that the client has got before it came back; empty: none.
  std::string last_event_id() const;

  // Before the first event: std::logic_error after it. Fields are checked as in Response.
  Events& header(std::string_view name, std::string_view value);
  // A comment after so long a silence; 0: never.
  Events& heartbeat(std::chrono::milliseconds every);

  // Begins the answer, which the first event does otherwise (or the first heartbeat).
  void open();
  // One event. Lines of `data`, however they end, stay lines. Waits while the client has too much
  // still to take. Throws std::invalid_argument for a line break or NUL in event or id.
  void send(std::string_view data, const EventOptions& options = {});
  template <class T>
  void send_json(const T& value, const EventOptions& options = {}) {
    std::string data;
    append_json(data, type_info<T>(), &value);
    send(data, options);
  }

  void finish();  // The SDK's, after the handler.

 private:
  void begin();
  void write(std::string_view text);
  void on_silence();
  void wait_for_silence();

  Exchange& exchange_;
  ResponseHead head_;
  std::chrono::milliseconds heartbeat_ = kHeartbeat;
  EventLoop* loop_ = nullptr;
  Timer silence_;
  bool begun_ = false;
  bool writing_ = false;  // A part of an event may be out: nothing else may come between.
};

}  // namespace svc
