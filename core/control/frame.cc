#include "core/control/frame.h"

#include "core/base/check.h"

namespace svc {
namespace {

void append_little_endian(std::string& out, uint32_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
}

uint32_t little_endian(std::string_view from, size_t bytes) noexcept {
  uint32_t value = 0;
  for (size_t i = 0; i < bytes; ++i)
    value |= static_cast<uint32_t>(static_cast<unsigned char>(from[i])) << (8 * i);
  return value;
}

bool known(uint32_t kind) noexcept {
  return kind >= static_cast<uint32_t>(FrameKind::request) &&
         kind <= static_cast<uint32_t>(FrameKind::done);
}

Error broken(std::string what) {
  return Error::of(std::errc::protocol_error, "control frame: " + std::move(what));
}

}  // namespace

void append_frame(std::string& out, FrameKind kind, std::string_view payload) {
  SVC_CHECK(payload.size() <= kAnswerMax);
  append_little_endian(out, kFrameMagic, 4);
  append_little_endian(out, static_cast<uint32_t>(kind), 2);
  append_little_endian(out, 0, 2);
  append_little_endian(out, static_cast<uint32_t>(payload.size()), 4);
  out += payload;
}

Result<std::optional<Frame>> take_frame(std::string& buffer, size_t payload_max) {
  const std::string_view bytes = buffer;
  // As early as it shows: whoever speaks another protocol is not waited for.
  for (size_t i = 0; i < bytes.size() && i < 4; ++i)
    if (static_cast<unsigned char>(bytes[i]) != ((kFrameMagic >> (8 * i)) & 0xff))
      return broken("wrong magic number");
  if (bytes.size() < kFrameHeader) return std::optional<Frame>();

  const uint32_t kind = little_endian(bytes.substr(4), 2);
  const uint32_t zero = little_endian(bytes.substr(6), 2);
  const uint32_t length = little_endian(bytes.substr(8), 4);
  if (!known(kind) || zero != 0) return broken("unknown kind " + std::to_string(kind));
  if (length > payload_max)
    return broken(std::to_string(length) + " bytes; at most " + std::to_string(payload_max) +
                  " are allowed");
  if (bytes.size() - kFrameHeader < length) return std::optional<Frame>();

  Frame frame{static_cast<FrameKind>(kind), buffer.substr(kFrameHeader, length)};
  buffer.erase(0, kFrameHeader + length);
  return std::optional<Frame>(std::move(frame));
}

std::string encode_request(const ControlRequest& request) {
  std::string payload = request.command;
  payload += '\0';
  for (const std::string& argument : request.arguments) {
    payload += argument;
    payload += '\0';
  }
  return payload;
}

Result<ControlRequest> decode_request(std::string_view payload) {
  if (payload.empty() || payload.back() != '\0') return broken("a request that doesn't end");
  ControlRequest request;
  size_t words = 0;
  for (size_t end; (end = payload.find('\0')) != payload.npos; payload.remove_prefix(end + 1)) {
    std::string word(payload.substr(0, end));
    if (++words > 1 + kArgumentsMax)
      return broken("more than " + std::to_string(kArgumentsMax) + " arguments");
    if (words == 1)
      request.command = std::move(word);
    else
      request.arguments.push_back(std::move(word));
  }
  if (request.command.empty()) return broken("a request without a command");
  return request;
}

}  // namespace svc
