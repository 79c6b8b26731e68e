// run_receive.cc — the receiving half of an exchange.
#include <fmt/format.h>

#include <system_error>

#include "core/base/check.h"
#include "core/http/client/run.h"

namespace svc {
namespace {

using IoState = ClientStream::Io::State;

// An answer with such a status needs no more of the request's body; a 2xx may be made of it.
constexpr bool makes_body_needless(int status) noexcept { return status >= 300; }

}  // namespace

// Those bytes' place may be used again when more is received; until then they can be read.
void ClientRun::use_up(size_t bytes) noexcept {
  workspace_->input.consume(bytes);
  workspace_->input.unpin();
}

// The connection has something, can take something, or a deadline has come.
ClientResult<> ClientRun::wait() {
  const bool after_request = !in_body_ && !sending_;
  const ClientLimits::Time limit = after_request ? limits_.first_byte : limits_.gap;
  const Instant since = after_request ? sent_at_ : progress_;
  Instant until = total_until_;
  if (limit.count() != 0) until = std::min(until, since + limit);
  unshared_ = 0;
  const Wake wake = connection_->wait(sending_, until);
  if (wake == Wake::resumed) return {};
  if (wake == Wake::cancelled) return fail(Kind::cancelled, "cancelled");
  if (after_request) {
    return fail_timeout(Kind::timeout_first_byte,
                        answered_ ? fmt::format("its head was not complete within {} ms",
                                                limits_.first_byte.count())
                                  : fmt::format("no answer within {} ms", limit.count()));
  }
  return fail_timeout(Kind::timeout_gap,
                      fmt::format("no byte of {} went for {} ms",
                                  in_body_ ? "its content" : "the request", limit.count()));
}

ClientResult<> ClientRun::connection_ended(const ClientStream::Io& io) {
  const bool reset = io.state == IoState::failed;
  if (!reset && in_body_ && workspace_->parser.finish_at_close()) return {};
  const int error = reset ? io.error : send_error_;
  const std::string_view where =
      in_body_ ? "inside its content" : (answered_ ? "inside its head" : "before an answer");
  if (error != 0) {
    return fail(Kind::reset, fmt::format("the connection broke {}: {}", where,
                                         std::generic_category().message(error)));
  }
  return fail(Kind::closed_early, fmt::format("the connection was closed {}", where));
}

ClientResult<> ClientRun::receive() {
  // When nothing can be sent any more the answer, if there is one, is here already.
  if (!connection_->readable() && send_error_ == 0) return wait();
  const size_t capacity_max =
      limits_.status_line_max + limits_.headers_max + 2 * ReadBuffer::kBlock;
  const std::span<char> space = workspace_->input.space(capacity_max);
  SVC_CHECK(!space.empty());  // The parser refuses a head before it is as long as that.
  const ClientStream::Io io = connection_->read(space);
  if (io.state == IoState::again) {
    if (send_error_ == 0) return {};
    return connection_ended({IoState::failed, 0, send_error_});
  }
  if (io.state != IoState::done) return connection_ended(io);
  workspace_->input.filled(io.size);
  answered_ = true;
  progress_ = now();
  return share_loop(in_body_ ? 0 : io.size);
}

ClientResult<> ClientRun::take_head() {
  const ReceivedHead& head = workspace_->parser.head();
  response.status = head.status;
  response.version_minor = head.version_minor;
  for (const HeaderField& field : head.fields) response.fields.add(field.name, field.value);
  use_up(workspace_->parser.head_size());
  in_body_ = true;
  progress_ = now();
  if (sending_ && makes_body_needless(head.status)) stop_sending();
  if (!sending_) response.timings.first_byte = progress_ - sent_at_;
  response.timings.total = progress_ - started_;
  choose_coding();
  if (decoding_ && !workspace_->parser.body_complete()) {
    ContentCoding coding{};
    read_content_coding(*response.fields.get("Content-Encoding"), coding);
    if (!workspace_->inflater.start(coding, limits_.inflate_ratio_max)) {
      return fail(Kind::resources, "no memory to decode its content");
    }
    response.fields.remove("Content-Encoding");
    response.fields.remove("Content-Length");
  } else {
    decoding_ = false;
  }
  return workspace_->parser.body_complete() ? body_ended() : ClientResult<>();
}

// Decoded is what we asked for ourselves, and know; anything else is handed on as it came.
void ClientRun::choose_coding() {
  ContentCoding coding = ContentCoding::identity;
  const auto said = response.fields.get("Content-Encoding");
  decoding_ = framing_.asks_coding && said && response.fields.count("Content-Encoding") == 1 &&
              read_content_coding(*said, coding) && coding != ContentCoding::identity;
}

ClientResult<bool> ClientRun::parse_heads() {
  ResponseParser& parser = workspace_->parser;
  const ReadBuffer& input = workspace_->input;
  while (!input.empty()) {
    switch (parser.parse_head(input.unread())) {
      case ResponseParser::State::more:
        return false;
      case ResponseParser::State::refused:
        return fail(parser.fault().kind,
                    fmt::format("its answer is refused: {}", parser.fault().detail));
      case ResponseParser::State::complete:
        break;
    }
    if (!parser.head().informational()) return true;
    if (++informational_ > limits_.informational_max) {
      return fail(Kind::too_large, fmt::format("more than {} answers of 1xx and no final one",
                                               limits_.informational_max));
    }
    use_up(parser.head_size());
    parser.next_head();
  }
  return false;
}

ClientResult<> ClientRun::read_head() {
  for (;;) {
    if (sending_ && !connection_->readable()) {
      const bool could_write = connection_->writable();
      if (auto sent = send_step(); !sent) return sent;
      if (could_write && sending_ && connection_->writable()) continue;
    }
    if (auto got = receive(); !got) return got;
    const auto complete = parse_heads();
    if (!complete) return std::unexpected(complete.error());
    if (*complete) return take_head();
  }
}

// The answer has been received to its end: the connection is given back before its reader has seen
// all of it.
ClientResult<> ClientRun::body_ended() {
  body_done_ = true;
  for (const HeaderField& field : workspace_->parser.trailers()) {
    response.trailers.add(field.name, field.value);
  }
  release_connection();
  return {};
}

void ClientRun::release_connection() {
  const ReceivedHead& head = workspace_->parser.head();
  const bool unexpected_bytes = !workspace_->input.empty();
  if (head.keep_alive && !sending_ && !broken_off_ && !unexpected_bytes && connection_->quiet()) {
    core_.pool.keep(permit_, std::move(connection_), head.keep_alive_s);
  }
  sending_ = false;
  connection_.reset();
  permit_.release();
}

// Empty: the end. What the parser has found stays in the buffer until more is received.
ClientResult<std::string_view> ClientRun::next_piece() {
  ResponseParser& parser = workspace_->parser;
  const ReadBuffer& input = workspace_->input;
  progress_ = now();  // The time that the reader took is not the upstream's.
  for (;;) {
    if (body_done_) return std::string_view();
    if (!input.empty()) {
      const ResponseParser::Step step = parser.parse_body(input.unread());
      if (step.state == ResponseParser::State::refused) {
        return fail(parser.fault().kind,
                    fmt::format("its content is refused: {}", parser.fault().detail));
      }
      use_up(step.consumed);
      if (step.state == ResponseParser::State::complete) {
        if (auto done = body_ended(); !done) return std::unexpected(std::move(done).error());
      }
      if (!step.data.empty()) return step.data;
      continue;
    }
    if (sending_ && !connection_->readable()) {
      if (auto sent = send_step(); !sent) return std::unexpected(std::move(sent).error());
      if (sending_ && connection_->writable()) continue;
    }
    if (auto got = receive(); !got) return std::unexpected(std::move(got).error());
    if (parser.body_complete() && !body_done_) {
      if (auto done = body_ended(); !done) return std::unexpected(std::move(done).error());
    }
  }
}

ClientResult<std::string_view> ClientRun::decode() {
  Inflater& inflater = workspace_->inflater;
  for (;;) {
    const Inflater::Step step = inflater.advance(undecoded_);
    undecoded_.remove_prefix(step.consumed);
    if (step.state == Inflater::State::bad) {
      return fail(Kind::protocol, "its content is not in the coding that it names");
    }
    if (step.state == Inflater::State::swollen) {
      return fail(Kind::too_large, fmt::format("its content swells by more than {} times when it "
                                               "is decoded",
                                               limits_.inflate_ratio_max));
    }
    if (!step.data.empty()) return step.data;
    if (!undecoded_.empty()) continue;
    auto piece = next_piece();
    if (!piece) return piece;
    undecoded_ = *piece;
    if (!undecoded_.empty()) continue;
    if (!inflater.complete()) {
      return fail(Kind::closed_early, "its coded content ends in the middle");
    }
    return std::string_view();
  }
}

}  // namespace svc
