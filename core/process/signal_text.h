// signal_text.h — text that a signal handler can put together: in memory of its own, cut at its
// end.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace svc {

template <size_t Size>
class SignalText {
 public:
  void add(std::string_view text) noexcept {
    const size_t taken = std::min(text.size(), sizeof(bytes_) - length_);
    std::memcpy(bytes_ + length_, text.data(), taken);
    length_ += taken;
  }
  void add_number(uint64_t value, unsigned base, int digits_min = 1) noexcept {
    char digits[20];
    size_t at = sizeof(digits);
    for (; value != 0 || digits_min > 0; value /= base, --digits_min)
      digits[--at] = "0123456789abcdef"[value % base];
    add({digits + at, sizeof(digits) - at});
  }
  void add_signed(int64_t value) noexcept {
    if (value < 0) add("-");
    add_number(value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value), 10);
  }
  std::string_view view() const noexcept { return {bytes_, length_}; }
  void clear() noexcept { length_ = 0; }

 private:
  char bytes_[Size];
  size_t length_ = 0;
};

}  // namespace svc
