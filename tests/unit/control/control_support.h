// control_support.h — a listener and raw clients for the tests of core/control.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "core/base/fd.h"
#include "core/base/socket_file.h"
#include "core/base/sys.h"
#include "core/control/frame.h"
#include "core/control/server.h"
#include "core/loop/event_loop.h"
#include "tests/support/temp_dir.h"

namespace svc {

inline std::string frame_of(FrameKind kind, std::string_view payload) {
  std::string bytes;
  append_frame(bytes, kind, payload);
  return bytes;
}

// A listening socket with its file, of no server.
class Trap {
 public:
  explicit Trap(const std::string& path, mode_t mode = 0666)
      : socket_(sys::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)),
        file_(SocketFile::bind(socket_.get(), path, {mode, {}, {}})) {
    if (!file_ || sys::listen(socket_.get(), 8) < 0) throw std::runtime_error("no trap");
  }
  int descriptor() const { return socket_.get(); }

 private:
  Fd socket_;
  Result<SocketFile> file_;
};

// Somebody who speaks the protocol byte by byte, or something else. Never blocks.
class RawClient {
 public:
  explicit RawClient(const std::string& path)
      : fd_(sys::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    const auto address = socket_path(path);
    connected_ =
        sys::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0;
  }

  bool connected() const { return connected_; }
  int descriptor() const { return fd_.get(); }
  // How many bytes went out.
  size_t send(std::string_view bytes) {
    const ssize_t size =
        sys::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return size < 0 ? 0 : static_cast<size_t>(size);
  }
  void ask(const std::string& command, const std::vector<std::string>& arguments = {}) {
    std::string bytes;
    append_frame(bytes, FrameKind::request, encode_request({command, arguments}));
    EXPECT_EQ(send(bytes), bytes.size());
  }
  // Reads what is there now; true once the master has closed.
  bool read() {
    char chunk[65536];
    for (;;) {
      const ssize_t size = sys::recv(fd_.get(), chunk, sizeof chunk, MSG_DONTWAIT);
      if (size < 0) return closed_ = errno != EAGAIN;
      if (size == 0) return closed_ = true;
      in_.append(chunk, static_cast<size_t>(size));
    }
  }
  // The next frame that has been read; kind is 0 if there is none.
  Frame frame() {
    auto frame = take_frame(in_, kAnswerMax);
    EXPECT_TRUE(frame) << frame.error().text;
    return frame && *frame ? **frame : Frame{};
  }
  bool closed() const { return closed_; }
  void hang_up() { fd_.reset(); }
  void end_sending() { sys::shutdown(fd_.get(), SHUT_WR); }

 private:
  Fd fd_;
  bool connected_ = false;
  bool closed_ = false;
  std::string in_;
};

}  // namespace svc
