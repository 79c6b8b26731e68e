#include "core/http/client/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/check.h"

namespace svc {
namespace {

// After so many bytes without a wait everything else in the worker has its turn.
constexpr size_t kShareAfter = 256 * 1024;

Instant total_end(const ClientLimits& limits, Instant start) noexcept {
  const Instant total = limits.total.count() == 0 ? Instant::max() : start + limits.total;
  return std::min(total, limits.deadline.value_or(Instant::max()));
}

}  // namespace

ClientRun::ClientRun(ClientCore& core, const Origin& origin, const ClientRequest& request,
                     const ClientLimits& limits)
    : core_(core),
      origin_(origin),
      request_(request),
      limits_(limits),
      started_(core.loop.clock().now()),
      total_until_(total_end(limits, started_)),
      workspace_(core.borrow()) {
  ++core_.exchanges;
}

ClientRun::~ClientRun() {
  --core_.exchanges;
  connection_.reset();
  permit_.release();
  core_.give_back(std::move(workspace_));
}

Instant ClientRun::within(ClientLimits::Time limit) const noexcept {
  if (limit.count() == 0) return total_until_;
  return std::min(total_until_, now() + limit);
}

// The first failure stays: whoever asks again is told the same.
ClientRun::Failed ClientRun::fail(Kind kind, std::string_view what) {
  const std::string_view target = request_.target;
  ClientFailure failure;
  failure.kind = kind;
  failure.reached = reached_;
  failure.reused = response.reused;
  failure.answered = answered_;
  failure.body_taken = body_taken_;
  // Without the query: it may hold what no log should.
  failure.text = fmt::format("{} {}{}: {}", request_.method, origin_.text(),
                             target.substr(0, target.find('?')), what);
  for (char& c : failure.text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  failure_ = std::move(failure);
  connection_.reset();
  permit_.release();
  return std::unexpected(*failure_);
}

// Where the time for all of it has run out, the limit of what was waited for has not, and is no
// reason.
ClientRun::Failed ClientRun::fail_timeout(Kind kind, std::string_view what) {
  if (now() < total_until_) return fail(kind, what);
  const auto whole = std::chrono::round<std::chrono::milliseconds>(total_until_ - started_).count();
  if (in_body_ || answered_)
    return fail(Kind::timeout_total,
                fmt::format("its answer was not complete within {} ms", whole));
  if (kind == Kind::timeout_first_byte)
    return fail(Kind::timeout_total, fmt::format("no answer within {} ms", whole));
  if (kind == Kind::timeout_gap)
    return fail(Kind::timeout_total,
                fmt::format("it did not take the request within {} ms", whole));
  return fail(Kind::timeout_total, fmt::format("{} (it was given {} ms in all)", what, whole));
}

// An upstream that is never waited for, because it sends or takes as fast as it can, would hold the
// thread for as long as it likes.
ClientResult<> ClientRun::share_loop(size_t bytes) {
  unshared_ += bytes;
  if (unshared_ < kShareAfter) return {};
  unshared_ = 0;
  Fiber::self().yield();
  if (now() >= total_until_) return fail_timeout(Kind::timeout_total, "it took too long");
  return {};
}

ClientResult<> ClientRun::open() {
  if (now() >= total_until_) return fail(Kind::timeout_total, "no time is left for it");
  if (auto did = encode(); !did) return did;
  if (auto did = have_connection(); !did) return did;
  progress_ = now();
  return read_head();
}

ClientResult<std::string_view> ClientRun::read() {
  if (failure_) return std::unexpected(*failure_);
  if (ended_) return std::string_view();
  auto piece = decoding_ ? decode() : next_piece();
  if (!piece) return piece;
  if (auto shared = share_loop(piece->size()); !shared) {
    return std::unexpected(std::move(shared).error());
  }
  if (piece->empty()) {
    ended_ = true;
    response.timings.total = now() - started_;
  }
  return piece;
}

ClientResult<> ClientRun::collect() {
  constexpr uint64_t kReserveMax = 256 * 1024;  // What is announced need not come.
  const uint64_t announced = workspace_->parser.head().content_length;
  if (!decoding_ && !framing_.to_head && announced > limits_.body_max) {
    return fail(Kind::too_large,
                fmt::format("its content has {} bytes, more than {}", announced, limits_.body_max));
  }
  if (!ended_) response.body.reserve(static_cast<size_t>(std::min(announced, kReserveMax)));
  for (;;) {
    const auto piece = read();
    if (!piece) return std::unexpected(piece.error());
    if (piece->empty()) return {};
    if (piece->size() > limits_.body_max - response.body.size()) {
      return fail(Kind::too_large,
                  fmt::format("its content has more than {} bytes", limits_.body_max));
    }
    response.body += *piece;
  }
}

}  // namespace svc
