#include "core/http/answer_queue.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "core/base/check.h"
#include "core/base/sys.h"

namespace svc {

std::string& AnswerQueue::tail() {
  if (pieces_.empty() || sealed_) {
    pieces_.emplace_back();
    sealed_ = false;
  }
  return pieces_.back();
}

void AnswerQueue::append(std::string&& body) {
  if (body.size() <= kCopyMax) {
    tail() += body;
    return;
  }
  pieces_.push_back(std::move(body));
  sealed_ = true;
}

size_t AnswerQueue::size() const noexcept {
  size_t bytes = 0;
  for (size_t i = first_; i < pieces_.size(); ++i) bytes += pieces_[i].size();
  return bytes - offset_;
}

AnswerQueue::Sent AnswerQueue::send(int socket) {
  while (!empty()) {
    const ssize_t size = send_once(socket);
    // After a send that was cut short the kernel is asked again: only its EAGAIN promises that an
    // edge-triggered watcher hears of it when there is room.
    if (size < 0) return errno == EAGAIN ? Sent::blocked : Sent::failed;
    taken(static_cast<size_t>(size));
  }
  recycle();
  return Sent::all;
}

ssize_t AnswerQueue::send_once(int socket) {
  if (first_ + 1 == pieces_.size()) {
    const std::string& piece = pieces_[first_];
    return sys::send(socket, piece.data() + offset_, piece.size() - offset_, MSG_NOSIGNAL);
  }
  std::array<iovec, kPiecesAtOnce> parts;
  size_t count = 0;
  size_t skipped = offset_;
  for (size_t i = first_; i < pieces_.size() && count < parts.size(); ++i) {
    parts[count++] = {pieces_[i].data() + skipped, pieces_[i].size() - skipped};
    skipped = 0;
  }
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = count;
  return sys::sendmsg(socket, &message, MSG_NOSIGNAL);
}

void AnswerQueue::taken(size_t size) {
  sent_ += size;
  offset_ += size;
  while (first_ < pieces_.size() && offset_ >= pieces_[first_].size()) {
    offset_ -= pieces_[first_].size();
    // The first string is kept for its memory, the others are bodies of answers.
    if (first_ == 0) {
      pieces_[0].clear();
    } else {
      std::string().swap(pieces_[first_]);
    }
    ++first_;
  }
  // A stream whose client is never quite up to date appends to a piece that is never quite sent.
  if (first_ < pieces_.size() && !(sealed_ && first_ + 1 == pieces_.size()) && offset_ > kKeptMax) {
    pieces_[first_].erase(0, offset_);
    offset_ = 0;
  }
}

void AnswerQueue::recycle() noexcept {
  offset_ = 0;
  first_ = 0;
  sealed_ = false;
  if (pieces_.empty()) return;
  pieces_.resize(1);
  pieces_[0].clear();
  if (pieces_[0].capacity() > kKeptMax) std::string().swap(pieces_[0]);
}

void AnswerQueue::clear() noexcept {
  recycle();
  sent_ = 0;
}

}  // namespace svc
