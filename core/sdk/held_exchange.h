// held_exchange.h — an Exchange whose answer waits until the middleware around its handler is done.
//
// Why: a middleware sees the outcome and may change it, so what the handler answers in one piece is
// kept here; an answer in parts goes through, for nobody could hold it back. It also reads the body
// of a handler that wants it whole where a guard had to run first.
//
// Thread: the request's fiber. Lives on its stack.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/http/application.h"
#include "core/sdk/outcome.h"

namespace svc {

class HeldExchange final : public Exchange {
 public:
  explicit HeldExchange(Exchange& real) noexcept : real_(real) {}
  HeldExchange(const HeldExchange&) = delete;
  HeldExchange& operator=(const HeldExchange&) = delete;
  ~HeldExchange() = default;

  Outcome& outcome() noexcept { return outcome_; }
  void replace(Response&& response);  // What is held, if anything is. Without effect on a stream.
  void release();                     // Sends what is held.
  // The body of a plan that says streamed, for a handler that wants it buffered. Once; suspends.
  // Throws Problem 400, 408, 413.
  void read_body();

  const RequestHead& head() const noexcept override { return real_.head(); }
  const RoutePlan& plan() const noexcept override { return real_.plan(); }
  const Address& peer() const noexcept override { return real_.peer(); }
  const Address& connection_peer() const noexcept override { return real_.connection_peer(); }
  ClientOrigin origin() const noexcept override { return real_.origin(); }
  uint64_t id() const noexcept override { return real_.id(); }
  std::optional<Instant> deadline() const noexcept override { return real_.deadline(); }
  const RequestTrace& request_trace() const noexcept override { return real_.request_trace(); }
  std::string_view body() const noexcept override { return body_ ? *body_ : real_.body(); }
  Result<size_t> read(std::span<char> buffer) override { return real_.read(buffer); }
  std::span<const HeaderField> trailers() const noexcept override { return real_.trailers(); }
  void respond(ResponseHead&& head, std::string body) override;
  void respond_pieces(ResponseHead&& head, std::vector<BodyPiece> pieces) override;
  void begin(ResponseHead&& head, std::optional<uint64_t> length) override;
  void write(std::string_view part) override { real_.write(part); }
  bool try_write(std::string_view part) override { return real_.try_write(part); }
  void finish(std::span<const std::pair<std::string, std::string>> trailers) override {
    real_.finish(trailers);
  }
  bool answered() const noexcept override { return outcome_.answered(); }
  AnswerFields& fields() noexcept override { return real_.fields(); }

 private:
  Exchange& real_;
  Outcome outcome_;
  std::optional<std::string> body_;
};

}  // namespace svc
