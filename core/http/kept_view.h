// kept_view.h — where a view lies in bytes that come again: to be found in each copy of them.
//
// Process: a worker, for its parsers' memories.
#pragma once

#include <cstdint>
#include <string_view>

namespace svc {

struct KeptView {
  uint32_t at = 0;
  uint32_t size = 0;

  KeptView() = default;
  // REQUIRES: `view` is empty or lies in `bytes`.
  KeptView(std::string_view view, std::string_view bytes) noexcept {
    if (view.empty()) return;
    at = static_cast<uint32_t>(view.data() - bytes.data());
    size = static_cast<uint32_t>(view.size());
  }
  std::string_view in(const char* copy) const noexcept { return {copy + at, size}; }

  static bool can_be(std::string_view view, std::string_view bytes) noexcept {
    return view.empty() ||
           (view.data() >= bytes.data() && view.data() < bytes.data() + bytes.size());
  }
};

}  // namespace svc
