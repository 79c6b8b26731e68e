// uuid.h — svc::Uuid: 16 bytes that cross as 123e4567-e89b-12d3-a456-426614174000 (RFC 9562).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/sdk/types/kinds.h"

namespace svc {

class SVC_API Uuid {
 public:
  constexpr Uuid() noexcept = default;  // All zero.
  constexpr explicit Uuid(const std::array<uint8_t, 16>& bytes) noexcept : bytes_(bytes) {}

  static Uuid random();  // Version 4.
  // Any case; false: it is none.
  static bool parse(std::string_view text, Uuid& out) noexcept;

  std::string str() const;  // Lower case.
  constexpr const std::array<uint8_t, 16>& bytes() const noexcept { return bytes_; }
  constexpr bool is_zero() const noexcept { return *this == Uuid(); }

  friend constexpr auto operator<=>(const Uuid&, const Uuid&) = default;

 private:
  std::array<uint8_t, 16> bytes_{};
};

template <>
struct as_text<Uuid> {
  static constexpr std::string_view format = "uuid";
  static constexpr std::string_view issue = "uuid_parsing";
  static constexpr std::string_view msg =
      "must be a UUID, as in 123e4567-e89b-12d3-a456-426614174000";
  static bool parse(std::string_view text, Uuid& out) { return Uuid::parse(text, out); }
  static std::string print(const Uuid& value) { return value.str(); }
};

}  // namespace svc

template <>
struct std::hash<svc::Uuid> {
  size_t operator()(const svc::Uuid& uuid) const noexcept {
    size_t low = 0;
    std::memcpy(&low, uuid.bytes().data() + 8, sizeof low);
    size_t high = 0;
    std::memcpy(&high, uuid.bytes().data(), sizeof high);
    return low ^ (high * 0x9E3779B97F4A7C15U);
  }
};
