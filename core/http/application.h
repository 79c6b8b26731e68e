// application.h — the seam between the HTTP server and what answers: plan, then serve.
//
// Why two steps: the connection must know before it reads a body whether anybody wants it, how
// large it may be and how long things may take; so plan() runs on the loop as soon as a head is
// complete and judged, and serve() runs in a fiber, and may suspend, once there is a handler to
// run.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/api.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/http/answer_fields.h"
#include "core/http/body_piece.h"
#include "core/http/message.h"
#include "core/http/trace_context.h"
#include "core/net/address.h"

namespace svc {

enum class BodyMode : uint8_t {
  ignored,   // No handler reads it: drained to a bound, or the connection is closed.
  buffered,  // Read up to body_max before serve(); Exchange::body().
  streamed,  // serve() starts at once and reads with Exchange::read().
};

// RoutePlan::route of a request that no route takes: 404, 405, automatic OPTIONS.
inline constexpr uint32_t kRouteNone = UINT32_MAX;

struct RoutePlan {
  BodyMode body = BodyMode::buffered;
  uint64_t body_max = 0;                                // 0: the server's limit.
  std::optional<std::chrono::milliseconds> deadline{};  // nullopt: the server's request_timeout.
  bool endless = false;  // Goes on until the client leaves: cancelled when the drain begins.
  uint32_t route = 0;    // Index in Application::routes(): board, logs, metrics.
  const void* handler = nullptr;  // The application's own; handed back in the Exchange.
};

inline constexpr RoutePlan kUnroutedPlan{.body = BodyMode::ignored, .route = kRouteNone};

// One row of the route table.
struct RouteInfo {
  std::string method;   // "GET", "*"
  std::string pattern;  // "/orders/{id}"

  // For `svcctl routes`. Zero: the server's limit.
  std::string name{};
  std::string summary{};
  std::chrono::milliseconds deadline{};
  uint64_t body_max = 0;
  bool offloaded = false;
  std::vector<std::string> around{};  // Middleware and guards, from outside.
};

// Where a client thinks it is: as trusted proxies tell it, else as its request says.
struct ClientOrigin {
  std::string_view scheme = "http";  // "http" or "https".
  std::string_view host;             // As Host has it, perhaps with a port.
  uint16_t port = 0;                 // Told beside the host; 0: it wasn't.
};

// One request in flight, as its handler sees it. Valid inside serve(). All calls that "suspend"
// throw Cancelled (core/loop/fiber.h) when the client has gone, the deadline has passed or the
// worker ends. From pool threads: only the const members.
class Exchange {
 public:
  virtual const RequestHead& head() const noexcept = 0;
  virtual const RoutePlan& plan() const noexcept = 0;
  // The client: as trusted proxies tell it (forwarded.h), else who is at the connection's other
  // end.
  virtual const Address& peer() const noexcept = 0;
  virtual const Address& connection_peer() const noexcept { return peer(); }  // Whoever tells it.
  virtual ClientOrigin origin() const noexcept { return {"http", head().authority, 0}; }
  virtual uint64_t id() const noexcept = 0;  // Unique in this worker; random start after fork.
  virtual std::optional<Instant> deadline() const noexcept = 0;
  virtual const RequestTrace& request_trace() const noexcept = 0;
  const TraceContext& trace() const { return request_trace().of(head()); }

  // BodyMode::buffered: the whole body.
  virtual std::string_view body() const noexcept = 0;
  // BodyMode::streamed: the next bytes, at most buffer.size(); 0 at the end. Suspends. The first
  // call sends 100 Continue if the client waits for it; begin() does so before, if it comes first;
  // after a respond() nothing is asked for any more. Errors: message_size past body_max (answer
  // 413), protocol_error for broken framing, timed_out, invalid_argument for what was not asked
  // for.
  virtual Result<size_t> read(std::span<char> buffer) = 0;
  // After the body: the trailer section (RFC 9110 6.5), never merged into the headers.
  virtual std::span<const HeaderField> trailers() const noexcept = 0;

  // The whole answer in one go. HEAD, 204 and 304 are sent without `body` (its length is still
  // told for HEAD). REQUIRES: nothing has been answered yet.
  virtual void respond(ResponseHead&& head, std::string body) = 0;
  // The same with a body of pieces, files among them. The client takes them when the handler has
  // long ended: no deadline but send_timeout counts then.
  virtual void respond_pieces(ResponseHead&& head, std::vector<BodyPiece> pieces) = 0;
  // The answer in parts: Content-Length if `length` is known, else chunked (HTTP/1.0: until close).
  virtual void begin(ResponseHead&& head, std::optional<uint64_t> length = std::nullopt) = 0;
  // Sends a part. Suspends while the client has more than the high-water mark (256 KiB) still to
  // take. Sent at once, never held back to fill a buffer. The answer to HEAD is complete without
  // it: Cancelled.
  virtual void write(std::string_view part) = 0;
  // Sends a small part from the loop's own stack, while the handler waits for something else;
  // false: there is too much on its way already, or nobody to take it. REQUIRES: no write() is
  // under way.
  virtual bool try_write(std::string_view part) = 0;
  // `trailers` are sent after a chunked body if the client said TE: trailers; names as in
  // ResponseHead. Without finish() the server ends the answer when serve() returns; if serve()
  // throws after begin(), the connection is cut so that the client sees an incomplete answer.
  virtual void finish(std::span<const std::pair<std::string, std::string>> trailers = {}) = 0;
  virtual bool answered() const noexcept = 0;  // respond() or begin() has been called.
  // Put on the head of every answer to this request that goes out in the fiber.
  virtual AnswerFields& fields() noexcept = 0;

 protected:
  ~Exchange() = default;
};

class Application {
 public:
  virtual ~Application() = default;

  // On the loop's own stack; never blocks, never throws. The head's views stay valid until the
  // exchange ends. Unknown paths and wrong methods get a plan too: serve() answers 404, 405. The
  // plan lives as long as the application.
  virtual const RoutePlan& plan(const RequestHead& head) noexcept = 0;
  // In a fiber. Answers through `exchange`. If it returns without an answer the server sends 500.
  // May throw: Cancelled is the server's to handle (503 at a deadline); any other exception is
  // logged and answered with 500.
  virtual void serve(Exchange& exchange) = 0;
  // A refusal by the server itself (400, 408, 413, 414, 417, 431, 501, 503, 505 …): the body for
  // it and its Content-Type. Never throws.
  virtual std::pair<std::string, std::string_view> refusal(int status,
                                                           std::string_view detail) noexcept = 0;
  virtual std::span<const RouteInfo> routes() const noexcept = 0;
};

}  // namespace svc
