// exchange.h — an Exchange without a connection: the request is a few strings, the answer is kept.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/application.h"
#include "core/sdk/testing/client.h"

namespace svc::testing {

class FakeExchange final : public Exchange {
 public:
  FakeExchange(std::string_view method, std::string_view target, std::string_view body,
               const Headers& headers, size_t read_max);
  FakeExchange(const FakeExchange&) = delete;
  FakeExchange& operator=(const FakeExchange&) = delete;
  ~FakeExchange() = default;

  void set_plan(const RoutePlan& plan) { plan_ = plan; }
  // Serves it in the current fiber: what a server does around Application::serve.
  void run(Application& application);
  Answer take_answer() { return std::move(answer_); }

  const RequestHead& head() const noexcept override { return head_; }
  const RoutePlan& plan() const noexcept override { return plan_; }
  const Address& peer() const noexcept override { return peer_; }
  uint64_t id() const noexcept override { return 0x5eed; }
  std::optional<Instant> deadline() const noexcept override;
  std::string_view body() const noexcept override;
  Result<size_t> read(std::span<char> buffer) override;
  std::span<const HeaderField> trailers() const noexcept override { return {}; }
  void respond(ResponseHead&& head, std::string body) override;
  void begin(ResponseHead&& head, std::optional<uint64_t> length) override;
  void write(std::string_view part) override;
  void finish(std::span<const std::pair<std::string, std::string>> trailers) override;
  bool answered() const noexcept override { return answer_.status != 0; }

 private:
  void keep_head(const ResponseHead& head);
  void fail(int status);
  bool sends_body(int status) const noexcept;

  std::string method_;
  std::string target_;
  std::string body_;
  Headers header_texts_;
  std::vector<HeaderField> fields_;
  RequestHead head_;
  RoutePlan plan_;
  Address peer_;
  Answer answer_;
  size_t read_max_;
  size_t read_ = 0;
  bool finished_ = false;
};

}  // namespace svc::testing
