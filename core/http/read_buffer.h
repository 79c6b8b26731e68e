// read_buffer.h — the bytes that a client has sent and nobody has used yet, in one piece.
//
// Why three marks: the head of the request that is being answered stays where it is, because the
// handler holds views into it, while body bytes come and go behind it.
//
//   begin        next           end          capacity
//     │ pinned head │ unread bytes │ free space │
//
// Thread: the worker's loop. Never shrinks while it is used; trim() when it goes back to its pool.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace svc {

class ReadBuffer {
 public:
  static constexpr size_t kBlock = 16 * 1024;

  std::string_view unread() const noexcept { return {data_.get() + next_, end_ - next_}; }
  bool empty() const noexcept { return next_ == end_; }
  // The pinned head and what follows; while nothing is pinned: unread().
  std::string_view message() const noexcept { return {data_.get() + begin_, end_ - begin_}; }

  // At least one free byte, and a block's worth if that takes no more than moving or doubling;
  // capacity never exceeds `capacity_max`. Empty: full. REQUIRES: nothing is pinned.
  std::span<char> space(size_t capacity_max);
  // The same behind a pinned head, which doesn't move: all that is free, perhaps nothing.
  std::span<char> space_behind_head() noexcept { return {data_.get() + end_, capacity_ - end_}; }
  void filled(size_t size) noexcept;  // So many bytes were written to the start of the space.

  void consume(size_t size) noexcept;   // So many unread bytes are used up.
  void pin_head(size_t size) noexcept;  // The first `size` unread bytes stay until unpin().
  void unpin() noexcept;                // The head is forgotten; unread bytes are kept.
  // At least `size` bytes will fit behind the pinned head even if all of it is unread at once.
  // True if the buffer has moved: views must be made anew. REQUIRES: pinned.
  bool reserve_behind_head(size_t size);

  void clear() noexcept { begin_ = next_ = floor_ = end_ = 0; }
  void trim() noexcept;  // clear(), and a large block is given back.
  size_t capacity() const noexcept { return capacity_; }

 private:
  void move_to(size_t capacity);

  std::unique_ptr<char[]> data_;
  size_t capacity_ = 0;
  size_t begin_ = 0;
  size_t floor_ = 0;  // Where the pinned head ends; begin_ if none is pinned.
  size_t next_ = 0;
  size_t end_ = 0;
};

}  // namespace svc
