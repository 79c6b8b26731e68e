#include "core/http/read_buffer.h"

#include <algorithm>
#include <cstring>

#include "core/base/check.h"

namespace svc {

// Message and marks go to the start of a block of `capacity` bytes, which may be the present one.
void ReadBuffer::move_to(size_t capacity) {
  const size_t held = end_ - begin_;
  SVC_CHECK(capacity >= held);
  if (capacity == capacity_) {
    if (held > 0) std::memmove(data_.get(), data_.get() + begin_, held);
  } else {
    auto block = std::make_unique_for_overwrite<char[]>(capacity);
    if (held > 0) std::memcpy(block.get(), data_.get() + begin_, held);
    data_ = std::move(block);
    capacity_ = capacity;
  }
  next_ -= begin_;
  floor_ -= begin_;
  end_ -= begin_;
  begin_ = 0;
}

std::span<char> ReadBuffer::space(size_t capacity_max) {
  SVC_CHECK(floor_ == begin_);
  if (capacity_ == 0) move_to(std::min(kBlock, capacity_max));
  if (empty()) clear();
  if (capacity_ - end_ < capacity_ / 2 && begin_ > 0) move_to(capacity_);
  if (end_ == capacity_ && capacity_ < capacity_max) {
    move_to(std::min(capacity_ * 2, capacity_max));
  }
  return {data_.get() + end_, capacity_ - end_};
}

void ReadBuffer::filled(size_t size) noexcept {
  SVC_CHECK(size <= capacity_ - end_);
  end_ += size;
}

void ReadBuffer::consume(size_t size) noexcept {
  SVC_CHECK(size <= end_ - next_);
  next_ += size;
  // What was consumed stays readable until the next bytes are received: a body that came in one
  // piece is handed on as a view.
  if (next_ == end_) next_ = end_ = floor_;
}

void ReadBuffer::pin_head(size_t size) noexcept {
  SVC_CHECK(floor_ == begin_ && size <= end_ - next_);
  next_ += size;
  floor_ = next_;
}

void ReadBuffer::unpin() noexcept {
  begin_ = floor_ = next_;
  if (empty()) clear();
}

bool ReadBuffer::reserve_behind_head(size_t size) {
  const size_t behind = std::max(size, end_ - floor_);
  if (capacity_ - floor_ >= behind) return false;
  move_to(std::max(floor_ - begin_ + behind, capacity_));
  return true;
}

void ReadBuffer::trim() noexcept {
  clear();
  if (capacity_ > kBlock) {
    data_.reset();
    capacity_ = 0;
  }
}

}  // namespace svc
