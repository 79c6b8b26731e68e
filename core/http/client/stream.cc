#include "core/http/client/stream.h"

#include <cerrno>

#include "core/base/sys.h"

namespace svc {
namespace {

ClientStream::Io io_failed() noexcept {
  using State = ClientStream::Io::State;
  const bool again = errno == EAGAIN;
  return {again ? State::again : State::failed, 0, errno};
}

class PlainStream final : public ClientStream {
 public:
  explicit PlainStream(Fd fd) noexcept : fd_(std::move(fd)) {}

  Io read(std::span<char> into) noexcept override {
    const ssize_t size = sys::recv(fd_.get(), into.data(), into.size(), 0);
    if (size < 0) return io_failed();
    return {size == 0 ? Io::State::ended : Io::State::done, static_cast<size_t>(size), 0};
  }
  Io write(std::span<const iovec> parts) noexcept override {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(parts.data());
    message.msg_iovlen = parts.size();
    const ssize_t size = sys::sendmsg(fd_.get(), &message, MSG_NOSIGNAL);
    if (size < 0) return io_failed();
    return {Io::State::done, static_cast<size_t>(size), 0};
  }
  bool quiet() noexcept override {
    char byte;
    const ssize_t size = sys::recv(fd_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return size < 0 && errno == EAGAIN;
  }
  int fd() const noexcept override { return fd_.get(); }

 private:
  Fd fd_;
};

}  // namespace

std::unique_ptr<ClientStream> plain_stream(Fd connected) {
  return std::make_unique<PlainStream>(std::move(connected));
}

}  // namespace svc
