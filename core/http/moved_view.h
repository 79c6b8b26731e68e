// moved_view.h — views that follow the bytes they are of.
#pragma once

#include <cstdint>
#include <string_view>

namespace svc {

// The view of the same bytes after they moved, or were copied, from `from` to `to`; views of
// anything else (constants, nothing) stay what they are.
inline std::string_view moved_view(std::string_view view, std::string_view from,
                                   const char* to) noexcept {
  const auto offset =
      reinterpret_cast<uintptr_t>(view.data()) - reinterpret_cast<uintptr_t>(from.data());
  const bool inside = offset <= from.size() && view.size() <= from.size() - offset;
  return inside ? std::string_view(to + offset, view.size()) : view;
}

}  // namespace svc
