// bytes.h — svc::Bytes: bytes that cross as base64 (RFC 4648 §4, with its padding).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/api.h"
#include "core/sdk/types/kinds.h"

namespace svc {

class Bytes {
 public:
  Bytes() = default;
  Bytes(std::string bytes) noexcept : bytes_(std::move(bytes)) {}
  Bytes(const char* text) : bytes_(text) {}

  const std::string& str() const noexcept { return bytes_; }
  std::string_view view() const noexcept { return bytes_; }
  const char* data() const noexcept { return bytes_.data(); }
  size_t size() const noexcept { return bytes_.size(); }
  bool empty() const noexcept { return bytes_.empty(); }
  operator std::string_view() const noexcept { return bytes_; }

  friend bool operator==(const Bytes&, const Bytes&) = default;

 private:
  std::string bytes_;
};

SVC_API void append_base64(std::string& out, std::string_view bytes);
// Strict: no blanks, no missing padding, no bits that are thrown away. False: `out` is undefined.
SVC_API bool parse_base64(std::string_view text, std::string& out);

template <>
struct as_text<Bytes> {
  static constexpr std::string_view encoding = "base64";
  static constexpr std::string_view issue = "bytes_parsing";
  static constexpr std::string_view msg = "must be base64, with its padding";
  static bool parse(std::string_view text, Bytes& out) {
    std::string bytes;
    if (!parse_base64(text, bytes)) return false;
    out = Bytes(std::move(bytes));
    return true;
  }
  static void append(const Bytes& value, std::string& out) { append_base64(out, value); }
};

}  // namespace svc
