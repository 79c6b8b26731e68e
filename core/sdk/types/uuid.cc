#include "core/sdk/types/uuid.h"

#include "core/base/check.h"
#include "core/base/sys.h"

namespace svc {
namespace {

constexpr size_t kTextSize = 36;

constexpr bool is_hyphen_place(size_t at) { return at == 8 || at == 13 || at == 18 || at == 23; }

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

// From the kernel and not from thread_random(): an id that can't be guessed is what many want.
Uuid Uuid::random() {
  std::array<uint8_t, 16> bytes;
  SVC_CHECK(sys::getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  bytes[6] = static_cast<uint8_t>((bytes[6] & 0x0F) | 0x40);  // Version 4,
  bytes[8] = static_cast<uint8_t>((bytes[8] & 0x3F) | 0x80);  // variant of RFC 9562.
  return Uuid(bytes);
}

bool Uuid::parse(std::string_view text, Uuid& out) noexcept {
  if (text.size() != kTextSize) return false;
  size_t byte = 0;
  for (size_t at = 0; at < kTextSize;) {
    if (is_hyphen_place(at)) {
      if (text[at++] != '-') return false;
      continue;
    }
    const int high = hex_value(text[at]);
    const int low = hex_value(text[at + 1]);
    if (high < 0 || low < 0) return false;
    out.bytes_[byte++] = static_cast<uint8_t>(high << 4 | low);
    at += 2;
  }
  return true;
}

std::string Uuid::str() const {
  constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  text.reserve(kTextSize);
  for (const uint8_t byte : bytes_) {
    if (is_hyphen_place(text.size())) text += '-';
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

}  // namespace svc
