// json_sink.h — where write_json puts its text: a string that is written through a pointer.
//
// Why beside JsonWriter: that one checks each step of a caller that may be wrong, and appends piece
// by piece. A table can't forget a comma, and a result is on the path of every answer: room is made
// once for a piece, and the piece is copied into it.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace svc {

class JsonSink {
 public:
  // Appends to `out`, which is in order again when the sink is gone; what is written before an
  // exception stays in it.
  explicit JsonSink(std::string& out) : out_(out), size_(out.size()) { grow(kFirstRoom); }
  ~JsonSink() { out_.resize(size_); }
  JsonSink(const JsonSink&) = delete;
  JsonSink& operator=(const JsonSink&) = delete;

  void put(char c) {
    reserve(1);
    data_[size_++] = c;
  }
  // As it is: punctuation, prepared keys, JSON.
  void put(std::string_view json) {
    reserve(json.size());
    std::memcpy(data_ + size_, json.data(), json.size());
    size_ += json.size();
  }
  void text(std::string_view value);  // With quotes and escapes; invalid UTF-8 becomes U+FFFD.
  void integer(int64_t value);
  void natural(uint64_t value);
  void number(double value);  // Shortest; "1.0"; null for what is not finite.
  void number(float value);

 private:
  static constexpr size_t kFirstRoom = 240;  // Many an answer; one allocation.

  void reserve(size_t more) {
    if (room_ - size_ < more) [[unlikely]]
      grow(more);
  }
  void grow(size_t more);
  template <class T>
  void shortest(T value);

  std::string& out_;
  char* data_ = nullptr;
  size_t size_;
  size_t room_ = 0;
};

}  // namespace svc
