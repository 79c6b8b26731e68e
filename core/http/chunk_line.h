// chunk_line.h — chunk-size [ chunk-ext ] CRLF, byte by byte (RFC 9112 7.1).
//
// Why a machine of our own before llhttp's: the line may be cut anywhere, a bare LF after an
// extension has split many servers from their proxies, and extensions are to be bounded
// (RFC 9112 7.1.1). The digits are kept; llhttp gets them, and the number is its.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/http/refusal.h"

namespace svc {

class ChunkLine {
 public:
  static constexpr size_t kDigitsMax = 16;
  static constexpr size_t kExtensionsMax = 4096;  // Of one body, all chunks together: 400.

  void start_body() noexcept { *this = ChunkLine(); }
  void start_line() noexcept;

  enum class State : uint8_t { more, complete, refused };
  struct Step {
    State state = State::more;
    size_t consumed = 0;
  };
  // Stops after the line's LF.
  Step advance(std::string_view input) noexcept;

  std::string_view digits() const noexcept { return {digits_.data(), digit_count_}; }
  const Refusal& refusal() const noexcept { return refusal_; }

 private:
  Step refuse(std::string_view detail) noexcept;

  uint8_t state_ = 0;
  size_t digit_count_ = 0;
  size_t extension_bytes_ = 0;
  std::array<char, kDigitsMax> digits_{};
  Refusal refusal_;
};

}  // namespace svc
