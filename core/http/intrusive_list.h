// intrusive_list.h — a doubly linked list whose links lie in its elements.
//
// Why: a connection is on several lists at once (all, one timeout, ready) and leaves each in a
// moment, from wherever it is, without an allocation. An element that is destroyed leaves by
// itself.
//
// Thread: one. An element is on one list per Tag at most.
#pragma once

#include "core/base/check.h"

namespace svc {

template <class Tag>
class ListHook {
 public:
  ListHook() noexcept = default;
  ListHook(const ListHook&) = delete;
  ListHook& operator=(const ListHook&) = delete;
  ~ListHook() { unlink(); }

  bool linked() const noexcept { return next_ != nullptr; }
  void unlink() noexcept {
    if (!linked()) return;
    previous_->next_ = next_;
    next_->previous_ = previous_;
    previous_ = next_ = nullptr;
  }

 private:
  template <class T, class ListTag>
  friend class IntrusiveList;
  ListHook* previous_ = nullptr;
  ListHook* next_ = nullptr;
};

template <class T, class Tag>
class IntrusiveList {
 public:
  using Hook = ListHook<Tag>;

  IntrusiveList() noexcept { end_.previous_ = end_.next_ = &end_; }
  ~IntrusiveList() {
    while (!empty()) end_.next_->unlink();
    end_.previous_ = end_.next_ = nullptr;
  }
  IntrusiveList(const IntrusiveList&) = delete;
  IntrusiveList& operator=(const IntrusiveList&) = delete;

  bool empty() const noexcept { return end_.next_ == &end_; }
  T* front() const noexcept { return empty() ? nullptr : static_cast<T*>(end_.next_); }
  T* back() const noexcept { return empty() ? nullptr : static_cast<T*>(end_.previous_); }

  void push_back(T& element) noexcept {
    Hook& hook = element;
    SVC_CHECK(!hook.linked());
    hook.previous_ = end_.previous_;
    hook.next_ = &end_;
    end_.previous_->next_ = &hook;
    end_.previous_ = &hook;
  }

  // All elements of `other` behind ours.
  void take(IntrusiveList& other) noexcept {
    while (T* element = other.front()) {
      static_cast<Hook*>(element)->unlink();
      push_back(*element);
    }
  }

  // `visit` may unlink or destroy the element it is given, and no other.
  template <class Visit>
  void for_each(Visit&& visit) {
    for (Hook* hook = end_.next_; hook != &end_;) {
      Hook* next = hook->next_;
      visit(*static_cast<T*>(hook));
      hook = next;
    }
  }

 private:
  Hook end_;  // Before the first and behind the last.
};

}  // namespace svc
