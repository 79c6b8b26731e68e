// queue.h — a bounded queue between fibers of one worker: producers wait while it is full,
// consumers while it is empty.
//
//   svc::Queue<Line> lines(100);
//   svc::all([&] { for (Line& line : source) lines.push(std::move(line)); lines.close(); },
//            [&] { while (auto line = lines.pop()) use(*line); });
//
// Waits throw Cancelled when the request is given up. In pool threads the calls are passed to the
// request's fiber. Every fiber that waits must be gone when it is destroyed.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "core/base/api.h"
#include "core/base/clock.h"
#include "core/loop/fiber_mutex.h"
#include "core/sdk/function_ref.h"

namespace svc {

namespace detail {

// The waiting, without the items.
class SVC_API QueueGate {
 public:
  explicit QueueGate(size_t capacity) noexcept : capacity_(capacity > 0 ? capacity : 1) {}

  // Runs `put` when there is room, waiting until `until`. False: closed, or no room by then.
  bool put(FunctionRef put, std::optional<Instant> until);
  // Runs `take` when there is an item. False: closed and empty, or none by then.
  bool take(FunctionRef take, std::optional<Instant> until);
  void close();

  size_t size() const noexcept { return size_; }
  size_t capacity() const noexcept { return capacity_; }
  bool closed() const noexcept { return closed_; }

 private:
  FiberWaitList producers_;
  FiberWaitList consumers_;
  size_t size_ = 0;
  size_t capacity_;
  bool closed_ = false;
};

}  // namespace detail

template <class T>
class Queue {
 public:
  explicit Queue(size_t capacity) : gate_(capacity) {}
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  // Waits for room. False: it is closed, or `until` has come; the item is dropped.
  bool push(T item, std::optional<Instant> until = std::nullopt) {
    return gate_.put([&] { items_.push_back(std::move(item)); }, until);
  }
  bool try_push(T item) { return push(std::move(item), Instant::min()); }  // Doesn't wait.

  // Waits for an item. Empty: it is closed and all have been taken, or `until` has come.
  std::optional<T> pop(std::optional<Instant> until = std::nullopt) {
    std::optional<T> item;
    gate_.take(
        [&] {
          item.emplace(std::move(items_.front()));
          items_.pop_front();
        },
        until);
    return item;
  }
  std::optional<T> try_pop() { return pop(Instant::min()); }

  void close() { gate_.close(); }  // Nothing more comes: consumers take what is there, and end.
  bool closed() const noexcept { return gate_.closed(); }
  size_t size() const noexcept { return gate_.size(); }
  size_t capacity() const noexcept { return gate_.capacity(); }

 private:
  detail::QueueGate gate_;
  std::deque<T> items_;
};

}  // namespace svc
