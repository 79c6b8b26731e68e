// full_queue.h — a listener whose queue is full: SYNs to it are dropped, and connect(2) hangs.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <string>

#include "core/base/fd.h"
#include "core/net/address.h"

namespace svc::test {

class FullQueue {
 public:
  explicit FullQueue(const std::string& address = "127.0.0.1:0")
      : address_(Address::parse(address).value()), listener_(make()) {
    EXPECT_EQ(::bind(listener_.get(), address_.get(), address_.length()), 0);
    EXPECT_EQ(::listen(listener_.get(), 0), 0);
    address_ = Address::local(listener_.get()).value();
    for (Fd& filler : fillers_) {
      filler = make();
      ::connect(filler.get(), address_.get(), address_.length());
    }
  }
  const Address& address() const noexcept { return address_; }
  // Takes one out of the queue: the next to ask gets in.
  void make_room() { room_.reset(::accept(listener_.get(), nullptr, nullptr)); }

 private:
  Fd make() const {
    return Fd(::socket(address_.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  }

  Address address_;
  Fd listener_;
  std::array<Fd, 4> fillers_;
  Fd room_;
};

}  // namespace svc::test
