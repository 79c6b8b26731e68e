// exchange.h — an Exchange without a connection: the request is a few strings, the answer is kept.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/application.h"
#include "core/loop/fiber_mutex.h"
#include "core/sdk/testing/answer.h"

namespace svc::testing {

class FakeExchange final : public Exchange {
 public:
  struct Setup {
    Outgoing request;
    std::string peer = "127.0.0.1:40000";
    bool secure = false;
    size_t read_max = SIZE_MAX;  // What one read() gives, at most.
    bool piecewise = false;      // write() waits when kAhead parts have not been taken.
  };
  static constexpr size_t kAhead = 16;

  // Throws std::runtime_error for a peer that is no address.
  explicit FakeExchange(const Setup& setup);
  FakeExchange(const FakeExchange&) = delete;
  FakeExchange& operator=(const FakeExchange&) = delete;
  ~FakeExchange() = default;

  void set_plan(const RoutePlan& plan) { plan_ = plan; }
  // Serves it in the current fiber: what a server does around Application::serve.
  void run(Application& application);
  Answer take_answer() { return std::move(answer_); }
  const Answer& answer() const noexcept { return answer_; }
  void take_part() {
    ++taken_;
    room_.wake_one();
  }

  const RequestHead& head() const noexcept override { return head_; }
  const RoutePlan& plan() const noexcept override { return plan_; }
  const Address& peer() const noexcept override { return peer_; }
  ClientOrigin origin() const noexcept override {
    return {secure_ ? "https" : "http", head_.authority, 0};
  }
  uint64_t id() const noexcept override { return 0x5eed; }
  std::optional<Instant> deadline() const noexcept override;
  const RequestTrace& request_trace() const noexcept override { return trace_; }
  std::string_view body() const noexcept override;
  Result<size_t> read(std::span<char> buffer) override;
  std::span<const HeaderField> trailers() const noexcept override { return {}; }
  void respond(ResponseHead&& head, std::string body) override;
  void respond_pieces(ResponseHead&& head, std::vector<BodyPiece> pieces) override;
  void begin(ResponseHead&& head, std::optional<uint64_t> length) override;
  void write(std::string_view part) override;
  bool try_write(std::string_view part) override;
  void finish(std::span<const std::pair<std::string, std::string>> trailers) override;
  bool answered() const noexcept override { return answer_.status != 0; }
  AnswerFields& fields() noexcept override { return answer_fields_; }

 private:
  void keep_head(const ResponseHead& head);
  void fail(int status);
  void refuse(Application& application, int status);
  bool sends_body(int status) const noexcept;

  std::string method_;
  std::string target_;
  std::string body_;
  Headers header_texts_;
  std::vector<HeaderField> fields_;
  RequestHead head_;
  RoutePlan plan_;
  Address peer_;
  bool secure_;
  Answer answer_;
  AnswerFields answer_fields_;
  RequestTrace trace_;
  size_t read_max_;
  bool piecewise_;
  size_t taken_ = 0;
  FiberWaitList room_;
  size_t read_ = 0;
  bool finished_ = false;
};

}  // namespace svc::testing
