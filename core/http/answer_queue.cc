#include "core/http/answer_queue.h"

#include <linux/tcp.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "core/base/check.h"
#include "core/base/sys.h"

namespace svc {
namespace {

// Of a file that is not what was announced of it. Nothing is made up: the answer is cut.
ssize_t cut() noexcept {
  errno = ENODATA;
  return -1;
}

// sendfile(2) by hand. What the socket doesn't take is read again by the next call.
ssize_t copy_file(int socket, int file, off_t offset, size_t size) noexcept {
  std::array<char, AnswerQueue::kCopiedPiece> space;
  const ssize_t got = sys::pread(file, space.data(), std::min(size, space.size()), offset);
  if (got > 0) return sys::send(socket, space.data(), static_cast<size_t>(got), MSG_NOSIGNAL);
  if (got == 0) return cut();
  if (errno == EAGAIN) errno = EIO;  // The file's: no watcher of the socket would end that wait.
  return -1;
}

}  // namespace

std::string& AnswerQueue::tail() {
  if (pieces_.empty() || sealed_) {
    pieces_.emplace_back();
    sealed_ = false;
  }
  return pieces_.back().text;
}

void AnswerQueue::append(std::string&& body) {
  if (body.size() <= kCopyMax) {
    tail() += body;
    return;
  }
  pieces_.push_back({.text = std::move(body)});
  sealed_ = true;
}

void AnswerQueue::append(BodyPiece&& piece) {
  if (piece.file == nullptr) return append(std::move(piece.text));
  if (piece.length == 0) return;
  pieces_.push_back(std::move(piece));
  sealed_ = true;
}

AnswerQueue::Sent AnswerQueue::send(int socket) {
  cork(socket);
  const Sent sent = send_pieces(socket);
  if (sent == Sent::all) uncork(socket);
  return sent;
}

// What is no TCP socket has none.
void AnswerQueue::cork(int socket) noexcept {
  if (corked_ || first_ == pieces_.size() || pieces_.back().file == nullptr ||
      pieces_.back().length < kCorkMin) {
    return;
  }
  const int on = 1;
  corked_ = sys::setsockopt(socket, IPPROTO_TCP, TCP_CORK, &on, sizeof on) == 0;
}

void AnswerQueue::uncork(int socket) noexcept {
  if (!std::exchange(corked_, false)) return;
  const int off = 0;
  sys::setsockopt(socket, IPPROTO_TCP, TCP_CORK, &off, sizeof off);
}

AnswerQueue::Sent AnswerQueue::send_pieces(int socket) {
  size_t share = kFileShare;
  while (!empty()) {
    while (pieces_[first_].size() == 0) drop_first();
    const bool is_file = pieces_[first_].file != nullptr;
    if (is_file && share == 0) return Sent::more;
    const ssize_t size = is_file ? send_file(socket, share) : send_texts(socket);
    // After a send that was cut short the kernel is asked again: only its EAGAIN promises that an
    // edge-triggered watcher hears of it when there is room.
    if (size < 0) return errno == EAGAIN ? Sent::blocked : Sent::failed;
    taken(static_cast<size_t>(size));
  }
  recycle();
  return Sent::all;
}

// As many texts as there are before a file.
ssize_t AnswerQueue::send_texts(int socket) {
  std::array<iovec, kPiecesAtOnce> parts;
  size_t count = 0;
  size_t skipped = offset_;
  size_t i = first_;
  for (; i < pieces_.size() && pieces_[i].file == nullptr && count < parts.size(); ++i) {
    std::string& text = pieces_[i].text;
    parts[count++] = {text.data() + skipped, text.size() - skipped};
    skipped = 0;
  }
  // A head waits in the kernel for the beginning of its file: one segment, not two.
  const int flags = i < pieces_.size() ? MSG_NOSIGNAL | MSG_MORE : MSG_NOSIGNAL;
  if (count == 1) return sys::send(socket, parts[0].iov_base, parts[0].iov_len, flags);
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = count;
  return sys::sendmsg(socket, &message, flags);
}

// Takes from `share` what this cost of the turn.
ssize_t AnswerQueue::send_file(int socket, size_t& share) {
  const BodyPiece& piece = pieces_[first_];
  const auto size = static_cast<size_t>(std::min<uint64_t>(piece.length, share));
  const auto offset = static_cast<off_t>(piece.offset);
  off_t position = offset;
  const ssize_t sent = sys::sendfile(socket, piece.file->get(), &position, size);
  if (sent > 0) share -= static_cast<size_t>(sent);
  if (sent == 0) return cut();
  if (sent > 0 || (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)) return sent;
  share = 0;
  return copy_file(socket, piece.file->get(), offset, size);
}

void AnswerQueue::taken(size_t size) {
  sent_ += size;
  if (BodyPiece& piece = pieces_[first_]; piece.file != nullptr) {
    piece.offset += size;
    piece.length -= size;
    if (piece.length == 0) drop_first();
    return;
  }
  offset_ += size;
  while (first_ < pieces_.size() && pieces_[first_].file == nullptr &&
         offset_ >= pieces_[first_].text.size()) {
    offset_ -= pieces_[first_].text.size();
    drop_first();
  }
  // A stream whose client is never quite up to date appends to a piece that is never quite sent.
  if (first_ < pieces_.size() && !(sealed_ && first_ + 1 == pieces_.size()) && offset_ > kKeptMax) {
    pieces_[first_].text.erase(0, offset_);
    offset_ = 0;
  }
}

void AnswerQueue::drop_first() noexcept {
  BodyPiece& piece = pieces_[first_];
  piece.file.reset();
  // The first string is kept for its memory, the others are bodies of answers.
  if (first_ == 0) {
    piece.text.clear();
  } else {
    std::string().swap(piece.text);
  }
  ++first_;
}

void AnswerQueue::recycle() noexcept {
  offset_ = 0;
  first_ = 0;
  sealed_ = false;
  if (pieces_.empty()) return;
  pieces_.resize(1);
  pieces_[0].file.reset();
  pieces_[0].text.clear();
  if (pieces_[0].text.capacity() > kKeptMax) std::string().swap(pieces_[0].text);
}

void AnswerQueue::clear() noexcept {
  recycle();
  corked_ = false;
  sent_ = 0;
}

}  // namespace svc
