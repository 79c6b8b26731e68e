#include "core/sdk/testing/exchange.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/loop/fiber.h"

namespace svc::testing {

FakeExchange::FakeExchange(std::string_view method, std::string_view target, std::string_view body,
                           const Headers& headers, size_t read_max)
    : method_(method),
      target_(target),
      body_(body),
      header_texts_(headers),
      peer_(*Address::parse("127.0.0.1:40000")),
      read_max_(read_max) {
  header_texts_.emplace_back("Host", "test");
  if (!body.empty()) header_texts_.emplace_back("Content-Length", std::to_string(body.size()));
  for (const auto& [name, value] : header_texts_) fields_.push_back({name, value});
  head_.method = method_from(method_);
  head_.method_text = method_;
  head_.target = target_;
  const size_t question = target_.find('?');
  head_.path = std::string_view(target_).substr(0, question);
  if (question != std::string::npos) head_.query = std::string_view(target_).substr(question + 1);
  head_.authority = "test";
  head_.framing = body.empty() ? BodyFraming::none : BodyFraming::length;
  head_.content_length = body.size();
  head_.headers = fields_;
}

void FakeExchange::run(Application& application) {
  try {
    application.serve(*this);
    if (!answered()) return fail(500);
    if (!finished_) finish({});
  } catch (const Cancelled&) {
    fail(503);
  } catch (...) {
    fail(500);
  }
}

void FakeExchange::fail(int status) {
  if (answered()) {
    answer_.cut = true;
  } else {
    answer_.status = status;
  }
}

std::optional<Instant> FakeExchange::deadline() const noexcept {
  const Fiber* const fiber = Fiber::current();
  return fiber != nullptr ? fiber->deadline() : std::nullopt;
}

std::string_view FakeExchange::body() const noexcept {
  return plan_.body == BodyMode::buffered ? std::string_view(body_) : std::string_view();
}

Result<size_t> FakeExchange::read(std::span<char> buffer) {
  SVC_CHECK(plan_.body == BodyMode::streamed);
  this_fiber::yield();  // As if the bytes had still to come.
  if (plan_.body_max != 0 && body_.size() > plan_.body_max) {
    return Error::of(std::errc::message_size, "the body is too large");
  }
  const size_t size = std::min({buffer.size(), body_.size() - read_, read_max_});
  std::copy_n(body_.data() + read_, size, buffer.data());
  read_ += size;
  return size;
}

void FakeExchange::respond(ResponseHead&& head, std::string body) {
  SVC_CHECK(!answered());
  keep_head(head);
  if (sends_body(head.status)) {
    answer_.body = std::move(body);
  } else if (head_.method == Method::head) {
    answer_.length = body.size();
  }
  finished_ = true;
}

void FakeExchange::begin(ResponseHead&& head, std::optional<uint64_t> length) {
  SVC_CHECK(!answered());
  keep_head(head);
  answer_.length = length;
}

void FakeExchange::write(std::string_view part) {
  SVC_CHECK(answered() && !finished_);
  this_fiber::yield();  // As if the client were slow.
  if (!sends_body(answer_.status)) return;
  answer_.parts.emplace_back(part);
  answer_.body += part;
}

void FakeExchange::finish(std::span<const std::pair<std::string, std::string>> trailers) {
  SVC_CHECK(answered() && !finished_);
  answer_.trailers.assign(trailers.begin(), trailers.end());
  finished_ = true;
}

// From the bytes that a client would read.
void FakeExchange::keep_head(const ResponseHead& head) {
  answer_.status = head.status;
  std::string_view lines = head.encoded();
  while (!lines.empty()) {
    const size_t end = lines.find("\r\n");
    const std::string_view line = lines.substr(0, end);
    const size_t colon = line.find(':');
    SVC_CHECK(end != std::string_view::npos && colon != std::string_view::npos);
    answer_.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    lines.remove_prefix(end + 2);
  }
}

bool FakeExchange::sends_body(int status) const noexcept {
  return head_.method != Method::head && status != 204 && status != 304;
}

}  // namespace svc::testing
