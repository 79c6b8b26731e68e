// exchange.h — one request in flight: the handler's fiber on one side, the connection on the other.
//
// Why it may outlive its connection: a fiber that awaits a pool thread is not unwound before the
// job has ended. Then the exchange is on its own (detach()): answers go nowhere, whatever suspends
// throws Cancelled, and it gives itself back to the pool when the handler has ended.
//
// Thread: the worker's loop. "Fiber": called on the handler's stack; the rest on the loop's.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "core/http/answer.h"
#include "core/http/application.h"
#include "core/http/ended_request.h"
#include "core/http/request_body.h"
#include "core/loop/fiber.h"

namespace svc {

class AnswerQueue;
class Connection;
class Proxied;
class ServerCore;
struct Workspace;
class WorkspacePool;
struct Refused;

struct WorkspaceReturn {
  WorkspacePool* pool = nullptr;
  void operator()(Workspace* workspace) const noexcept;
};
using WorkspaceLease = std::unique_ptr<Workspace, WorkspaceReturn>;

class ServedExchange final : public Exchange {
 public:
  static constexpr size_t kHighWater = 256 * 1024;  // write() suspends above it …
  static constexpr size_t kLowWater = 64 * 1024;    // … until no more than this is left.

  ServedExchange(ServerCore& core, RequestParser& parser, ReadBuffer& input, AnswerQueue& output);
  ~ServedExchange();

  // A head is complete: asks the application for its plan.
  void open(Connection& connection);
  void close() noexcept;  // Forgets the request. REQUIRES: no fiber.

  RequestBody& incoming() noexcept { return body_; }
  void collect(std::string_view piece);  // Of a buffered body; the view stays valid.
  // The rest of the body is waited for: it has a place among those of the server (ServerCore) until
  // the handler starts, a refusal, or close(). False: there is none.
  bool wait_for_body() noexcept;

  bool opened() const noexcept { return connection_ != nullptr; }
  // For ServerCore::request_over; `output` is where its answer went. REQUIRES: opened.
  EndedRequest over(int status, bool complete, const AnswerQueue& output) const noexcept;
  void refuse(Refused&& refused);  // The answer, by the server itself and the last one.

  // Runs the handler until it first suspends. Errors: Fibers::spawn's.
  Result<> start();
  bool running() const noexcept { return fiber_ != nullptr; }  // The handler has begun, not ended.
  bool finished() const noexcept { return finished_; }         // The handler has ended.
  // What was sent is no complete answer and can't become one.
  bool must_cut() const noexcept { return must_cut_; }
  const Answer& answer() const noexcept { return answer_; }

  enum class Waits : uint8_t { nothing, input, room };
  Waits waits() const noexcept { return waits_; }
  void go_on();                      // What it waits for may have come.
  void cancel(CancelReason reason);  // The handler may have finished when this returns.
  // The connection goes without it. REQUIRES: started, not finished. `own` is its workspace.
  void detach(WorkspaceLease own, CancelReason reason);
  // Tells the connection when the deadline comes and the handler is there; exchange_watch.cc.
  void watch_time();

  // The client may be told 100 Continue: true once, if it waits for it and has no answer yet.
  bool owes_continue() noexcept;

  const RequestHead& head() const noexcept override { return head_; }
  const RoutePlan& plan() const noexcept override { return *plan_; }
  const Address& peer() const noexcept override { return peer_; }
  const Address& connection_peer() const noexcept override { return seen_ ? seen_->own : peer_; }
  ClientOrigin origin() const noexcept override;
  uint64_t id() const noexcept override { return id_; }
  std::optional<Instant> deadline() const noexcept override {
    return deadline_ == kNever ? std::nullopt : std::optional(deadline_);
  }
  const RequestTrace& request_trace() const noexcept override { return trace_; }
  AnswerFields& fields() noexcept override { return fields_; }
  std::string_view body() const noexcept override;
  std::span<const HeaderField> trailers() const noexcept override { return parser_.trailers(); }
  bool answered() const noexcept override { return answer_.stage() != Answer::Stage::none; }

  bool try_write(std::string_view part) override;

  // Fiber.
  Result<size_t> read(std::span<char> buffer) override;
  void respond(ResponseHead&& head, std::string body) override;
  void respond_pieces(ResponseHead&& head, std::vector<BodyPiece> pieces) override;
  void begin(ResponseHead&& head, std::optional<uint64_t> length) override;
  void write(std::string_view part) override;
  void finish(std::span<const std::pair<std::string, std::string>> trailers) override;

 private:
  static constexpr size_t kSliceMax = 64 * 1024;    // Of a part, sent at a time.
  static constexpr size_t kTurnShare = 512 * 1024;  // Moved without letting others run.
  static constexpr size_t kKeptBody = 64 * 1024;    // Memory kept for the next request.

  // Fiber: exchange_run.cc.
  void run();
  void serve();
  void conclude();
  void answer_cancelled(CancelReason reason);
  void answer_failed(std::string_view what);
  void respond_refusal(int status, std::string_view detail, std::string_view retry_after = "1");
  void cut(std::string_view why);

  void look_behind(const Proxied& proxied) noexcept;
  void watch_again();
  Instant before_the_end() const noexcept;  // When it is told as slow at the latest.
  void on_watch();
  void stop_collecting() noexcept;
  void drop_body() noexcept;
  bool client_waits() const noexcept;  // For 100 Continue, before it sends its body.

  // Fiber: exchange.cc.
  void check_head(const ResponseHead& head) const;
  void complete(ResponseHead& head) const;  // What is put on every answer.
  bool may_keep(bool will_read_more) const noexcept;
  void tell_connection();
  bool receive_more(Fiber& fiber);
  bool wait_for(Waits what, Fiber& fiber);
  bool nobody_waits(Fiber& fiber);
  bool send_slice(Fiber& fiber, std::string_view slice);
  void share_turn(Fiber& fiber, size_t bytes);

  ServerCore& core_;
  RequestParser& parser_;
  const RequestHead& head_;  // The parser's, which fills it anew for each request.
  ReadBuffer& input_;
  AnswerQueue& output_;

  Connection* connection_ = nullptr;  // nullptr: detached.
  WorkspaceLease own_;                // While detached.
  const RoutePlan* plan_ = &kUnroutedPlan;
  struct Seen {  // Through a trusted proxy.
    Address own;
    ClientOrigin origin;
  };

  Address peer_;
  std::optional<Seen> seen_;
  uint64_t id_ = 0;
  Instant began_{};           // The turn in which its head was complete.
  uint64_t output_mark_ = 0;  // What had been appended to the output before.
  Instant deadline_ = kNever;
  Fiber* fiber_ = nullptr;  // While the handler runs.
  Timer watch_timer_;       // For a handler that waits when its time comes.
  Instant started_{};       // The handler.
  Instant slow_at_{};       // It is told as slow then; zero: it is not, or has been.
  bool end_told_ = false;
  RequestBody body_;
  std::string collected_;
  std::string_view whole_body_;  // A body that came in one piece, where it was received.
  Answer answer_;
  AnswerFields fields_;
  RequestTrace trace_;
  size_t turn_share_ = 0;
  Waits waits_ = Waits::nothing;
  Fiber* waiter_ = nullptr;  // Who waits: the handler's fiber or a child of it.
  bool finished_ = false;
  bool must_cut_ = false;
  bool continue_owed_ = false;
  bool collecting_ = false;  // Counted by the server.
};

}  // namespace svc
