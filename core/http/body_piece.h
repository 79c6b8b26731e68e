// body_piece.h — a body that is not one string: texts and stretches of files, in order.
//
// Why a file is not read into a string: sendfile(2) moves it from the page cache to the socket, so
// a download costs neither memory nor a fiber, whatever its size and however slow its client.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/fd.h"

namespace svc {

// One or the other. The file is a regular one and is read at its own offsets, so several pieces,
// and several answers, may share a descriptor. One that turns out to be shorter than announced
// when its end is reached cuts the connection: a body is never padded.
struct BodyPiece {
  std::string text{};
  std::shared_ptr<const Fd> file{};
  uint64_t offset = 0;
  uint64_t length = 0;

  uint64_t size() const noexcept { return file != nullptr ? length : text.size(); }
};

}  // namespace svc
