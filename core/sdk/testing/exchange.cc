#include "core/sdk/testing/exchange.h"

#include <sys/socket.h>

#include <algorithm>
#include <stdexcept>

#include "core/base/check.h"
#include "core/base/sys.h"
#include "core/loop/fiber.h"

namespace svc::testing {
namespace {

Address address_of(const std::string& text) {
  if (text == "unix:") {  // A client of a Unix socket has no name.
    sockaddr_storage nameless{};
    nameless.ss_family = AF_UNIX;
    return Address::from_sockaddr(nameless, sizeof(sa_family_t));
  }
  auto address = Address::parse(text);
  if (!address) throw std::runtime_error(address.error().text);
  return *std::move(address);
}

}  // namespace

FakeExchange::FakeExchange(const Setup& setup)
    : method_(setup.request.method),
      target_(setup.request.target),
      body_(setup.request.body),
      header_texts_(setup.request.headers),
      peer_(address_of(setup.peer)),
      secure_(setup.secure),
      read_max_(setup.read_max),
      piecewise_(setup.piecewise) {
  header_texts_.emplace_back("Host", "test");
  if (!body_.empty()) header_texts_.emplace_back("Content-Length", std::to_string(body_.size()));
  for (const auto& [name, value] : header_texts_) fields_.push_back({name, value});
  head_.method = method_from(method_);
  head_.method_text = method_;
  head_.target = target_;
  const size_t question = target_.find('?');
  head_.path = std::string_view(target_).substr(0, question);
  if (question != std::string::npos) head_.query = std::string_view(target_).substr(question + 1);
  head_.authority = "test";
  head_.framing = body_.empty() ? BodyFraming::none : BodyFraming::length;
  head_.content_length = body_.size();
  head_.headers = fields_;
}

void FakeExchange::run(Application& application) {
  try {
    if (plan_.body == BodyMode::buffered && plan_.body_max != 0 && body_.size() > plan_.body_max)
      return refuse(application, 413);
    application.serve(*this);
    if (!answered()) return fail(500);
    if (!finished_) finish({});
  } catch (const Cancelled&) {
    fail(503);
  } catch (...) {
    fail(500);
  }
}

void FakeExchange::refuse(Application& application, int status) {
  auto [body, type] = application.refusal(status, reason_phrase(status));
  ResponseHead head(status);
  head.add("Content-Type", type);
  respond(std::move(head), std::move(body));
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
  if (fiber == nullptr || fiber->deadline() == kNever) return std::nullopt;
  return fiber->deadline();
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
  answer_fields_.apply(head);
  keep_head(head);
  if (sends_body(head.status)) {
    answer_.body = std::move(body);
  } else if (head_.method == Method::head) {
    answer_.length = body.size();
  }
  finished_ = true;
}

void FakeExchange::respond_pieces(ResponseHead&& head, std::vector<BodyPiece> pieces) {
  std::string body;
  for (const BodyPiece& piece : pieces) {
    if (piece.file == nullptr) {
      body += piece.text;
      continue;
    }
    const size_t from = body.size();
    body.resize(from + piece.length);
    const ssize_t size = sys::pread(piece.file->get(), body.data() + from, piece.length,
                                    static_cast<off_t>(piece.offset));
    answer_.cut = answer_.cut || size != static_cast<ssize_t>(piece.length);
  }
  respond(std::move(head), std::move(body));
}

void FakeExchange::begin(ResponseHead&& head, std::optional<uint64_t> length) {
  SVC_CHECK(!answered());
  answer_fields_.apply(head);
  keep_head(head);
  answer_.length = length;
}

void FakeExchange::write(std::string_view part) {
  SVC_CHECK(answered() && !finished_);
  this_fiber::yield();  // As if the client were slow.
  if (!sends_body(answer_.status)) return;
  while (piecewise_ && answer_.parts.size() - taken_ >= kAhead) {
    if (room_.wait() == Wake::cancelled) throw Cancelled{Fiber::self().cancelled()};
  }
  answer_.parts.emplace_back(part);
  answer_.body += part;
}

bool FakeExchange::try_write(std::string_view part) {
  if (!answered() || finished_ || !sends_body(answer_.status)) return false;
  answer_.parts.emplace_back(part);
  answer_.body += part;
  return true;
}

void FakeExchange::finish(std::span<const std::pair<std::string, std::string>> trailers) {
  SVC_CHECK(answered() && !finished_);
  answer_.trailers.assign(trailers.begin(), trailers.end());
  finished_ = true;
}

// From the bytes that a client would read.
void FakeExchange::keep_head(const ResponseHead& head) {
  answer_.status = head.status;
  const std::string encoded = head.encoded();
  std::string_view lines = encoded;
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
