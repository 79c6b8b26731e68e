// run_send.cc — the sending half of an exchange.
#include <fmt/format.h>

#include <array>
#include <cstring>

#include "core/base/check.h"
#include "core/http/client/run.h"

namespace svc {
namespace {

constexpr size_t kPiece = 16 * 1024;  // Of a streamed body.
constexpr size_t kSizeRoom = 8;       // "4000\r\n", and some.

iovec part_of(std::string_view bytes) noexcept {
  return {const_cast<char*>(bytes.data()), bytes.size()};
}

}  // namespace

void ClientRun::sent_all() {
  sending_ = false;
  sent_at_ = now();
  response.timings.send = sent_at_ - progress_;
}

// An answer has come that needs no more of the request, or nobody takes it any more.
void ClientRun::stop_sending() noexcept {
  sending_ = false;
  broken_off_ = true;
  sent_at_ = now();
}

// A chunk with its size in front, or a piece of a body whose length is known.
ClientResult<> ClientRun::fill_chunk(std::span<char> space) {
  auto got = request_.source->read(space);
  if (!got) return fail(Kind::body_source, fmt::format("its body: {}", got.error().text));
  SVC_CHECK(*got <= space.size());
  if (*got > 0) body_taken_ = true;
  std::string& output = workspace_->output;
  if (!framing_.chunked) {
    if (*got == 0) {
      return fail(Kind::body_source, fmt::format("its body ended {} bytes early", source_left_));
    }
    source_left_ -= *got;
    source_ended_ = source_left_ == 0;
    output_at_ = kSizeRoom;
    output.resize(kSizeRoom + *got);
    return {};
  }
  if (*got == 0) {
    source_ended_ = true;
    output_at_ = 0;
    output = "0\r\n\r\n";
    return {};
  }
  std::array<char, kSizeRoom> size;
  const auto made = fmt::format_to_n(size.data(), size.size(), "{:x}\r\n", *got);
  output_at_ = kSizeRoom - made.size;
  std::memcpy(output.data() + output_at_, size.data(), made.size);
  output.resize(kSizeRoom + *got);
  output += "\r\n";
  return {};
}

ClientResult<> ClientRun::fill_from_source() {
  std::string& output = workspace_->output;
  output.resize(kSizeRoom + kPiece + 2);
  size_t room = kPiece;
  if (!framing_.chunked) room = static_cast<size_t>(std::min<uint64_t>(room, source_left_));
  auto filled = fill_chunk({output.data() + kSizeRoom, room});
  if (filled && now() >= total_until_) {
    return fail(Kind::timeout_total, "its body took too long to come");
  }
  return filled;
}

ClientResult<> ClientRun::send_step() {
  if (output_at_ == workspace_->output.size() && body_left_.empty()) {
    if (source_ended_) {
      sent_all();
      return {};
    }
    if (auto filled = fill_from_source(); !filled) return filled;
    progress_ = now();  // The time that the source took is not the upstream's.
  }
  const std::string_view output = std::string_view(workspace_->output).substr(output_at_);
  const std::array<iovec, 2> parts = {part_of(output), part_of(body_left_)};
  const ClientStream::Io io = connection_->write({parts.data(), body_left_.empty() ? 1u : 2u});
  if (io.state == ClientStream::Io::State::again) return {};
  if (io.state != ClientStream::Io::State::done) {
    // Its answer may have come before the end did: it is read before this is told.
    send_error_ = io.error;
    stop_sending();
    return {};
  }
  reached_ = true;
  progress_ = now();
  const size_t of_output = std::min(io.size, output.size());
  output_at_ += of_output;
  body_left_.remove_prefix(io.size - of_output);
  if (output_at_ == workspace_->output.size() && body_left_.empty() && source_ended_) sent_all();
  return share_loop(io.size);
}

}  // namespace svc
