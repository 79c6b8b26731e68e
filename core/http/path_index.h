// path_index.h — what belongs to a path that is known to the letter: for every request, so without
// a division, a call or an allocation.
//
// Open addressing with linear probing in a table that is at most half full (Knuth, The Art of
// Computer Programming 3, 6.4). It is filled from the service's own routes; no client adds to it.
//
// Process: a worker, filled before it serves and then only read.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace svc {

template <class Value>
class PathIndex {
 public:
  // Does nothing if the path is there. `value` is not null, and stays the caller's.
  void put(std::string_view path, const Value* value) {
    if (2 * (used_ + 1) > rows_.size()) grow();
    Row& row = rows_[place_of(path)];
    if (row.value != nullptr) return;
    row = {std::string(path), value};
    ++used_;
  }

  // nullptr: it isn't there.
  const Value* find(std::string_view path) const noexcept {
    return rows_.empty() ? nullptr : rows_[place_of(path)].value;
  }

 private:
  struct Row {
    std::string path;
    const Value* value = nullptr;
  };
  static constexpr uint64_t kOdd = 0x9e3779b97f4a7c15;  // 2^64 over the golden ratio.

  static uint64_t hash(std::string_view text) noexcept {
    uint64_t sum = text.size();
    const auto mix = [&sum](uint64_t word) {
      sum = (sum ^ word) * kOdd;
      sum ^= sum >> 32;
    };
    for (; text.size() >= sizeof(uint64_t); text.remove_prefix(sizeof(uint64_t))) {
      uint64_t word;
      std::memcpy(&word, text.data(), sizeof word);
      mix(word);
    }
    uint64_t rest = 0;
    for (const char c : text) rest = rest << 8 | static_cast<unsigned char>(c);
    mix(rest);
    return sum;
  }

  // Of its row, or of the free one where it would go. REQUIRES: there are rows, and a free one.
  size_t place_of(std::string_view path) const noexcept {
    const size_t mask = rows_.size() - 1;
    size_t at = hash(path) & mask;
    while (rows_[at].value != nullptr && rows_[at].path != path) at = (at + 1) & mask;
    return at;
  }

  void grow() {
    std::vector<Row> old(rows_.empty() ? 8 : 2 * rows_.size());
    old.swap(rows_);
    for (Row& row : old) {
      if (row.value != nullptr) rows_[place_of(row.path)] = std::move(row);
    }
  }

  std::vector<Row> rows_;  // A power of two, or none.
  size_t used_ = 0;
};

}  // namespace svc
