// board_number.h — one number in shared memory: a counter or a gauge with one writer.
//
// Why relaxed loads and stores: each has one writing thread, so counting is a load and a store,
// never an atomic read-modify-write (add_shared() is the exception); readers may see it a moment
// late, never torn.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace svc {

class BoardNumber {
 public:
  void add(uint64_t by = 1) noexcept { set(get() + by); }
  // For the few that several threads or processes count in.
  void add_shared(uint64_t by) noexcept { value_.fetch_add(by, std::memory_order_relaxed); }
  void subtract(uint64_t by = 1) noexcept { set(get() - by); }
  void set(uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }
  // Who sees the published value with get_published() sees everything written before it, too.
  void publish(uint64_t value) noexcept { value_.store(value, std::memory_order_release); }
  uint64_t get_published() const noexcept { return value_.load(std::memory_order_acquire); }

 private:
  std::atomic<uint64_t> value_{0};
};
static_assert(std::atomic<uint64_t>::is_always_lock_free, "a lock would outlive a killed worker");

// A text of at most N bytes, without NULs: a claim, whose words may be of two writings.
template <size_t N>
class BoardText {
 public:
  static_assert(N % sizeof(uint64_t) == 0);
  static constexpr size_t kMax = N;

  // What is longer is cut.
  void set(std::string_view text) noexcept {
    for (size_t word = 0; word < words_.size(); ++word) {
      uint64_t bytes = 0;
      for (size_t i = 0; i < sizeof bytes; ++i) {
        const size_t at = word * sizeof bytes + i;
        if (at >= text.size()) break;
        bytes |= static_cast<uint64_t>(static_cast<unsigned char>(text[at])) << (8 * i);
      }
      words_[word].set(bytes);
    }
  }
  // Into `into`, whose memory is used again: N bytes at most.
  void read(std::string& into) const {
    into.clear();
    for (const BoardNumber& word : words_) {
      uint64_t bytes = word.get();
      for (size_t i = 0; i < sizeof bytes; ++i, bytes >>= 8) {
        const char c = static_cast<char>(bytes);
        if (c == '\0') return;
        into += c;
      }
    }
  }
  std::string get() const {
    std::string text;
    read(text);
    return text;
  }

 private:
  std::array<BoardNumber, N / sizeof(uint64_t)> words_;
};

}  // namespace svc
