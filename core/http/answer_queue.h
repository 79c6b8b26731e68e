// answer_queue.h — what is on its way to a client and the kernel has not taken yet.
//
// Why pieces: heads, chunks and small bodies are copied into one string, so that many answers leave
// with one send(2); a large body is moved in as it is and never copied; a stretch of a file is sent
// by sendfile(2).
//
// Files and the loop: sendfile(2) waits for the disk where a page is not in memory. Files are read
// in order, so that the kernel reads ahead of us (readahead(2)) while the client takes what went
// before; who opens the file has its beginning read in the pool. What is left is one short read of
// a disk now and then. A client that takes everything at once has its turn bounded by kFileShare.
//
// A long file goes under TCP_CORK (tcp(7)): MSG_MORE asks for full segments within one call, the
// cork among all of them, and costs a tenth less CPU for a megabyte; for a short one its two calls
// cost more than they save.
//
// File systems that refuse sendfile(2) (procfs, some of FUSE): the file is read and written,
// kCopiedPiece at a time and one a turn, so that nobody waits for more than one read(2) of it.
//
// Thread: the worker's loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/http/body_piece.h"

namespace svc {

class AnswerQueue {
 public:
  static constexpr size_t kCopyMax = 16 * 1024;      // A larger body gets a piece of its own.
  static constexpr size_t kKeptMax = 64 * 1024;      // Memory that an empty queue may hold on to.
  static constexpr size_t kFileShare = 1024 * 1024;  // Of files, by one send().
  static constexpr uint64_t kCorkMin = 128 * 1024;   // Files from here on.
  static constexpr size_t kCopiedPiece = 16 * 1024;  // On a stack, which may be a fiber's.

  // Where small things are appended. The reference is valid until the next call.
  std::string& tail();
  void append(std::string&& body);
  void append(BodyPiece&& piece);

  uint64_t size() const noexcept {  // Bytes still to be sent.
    uint64_t bytes = 0;
    for (size_t i = first_; i < pieces_.size(); ++i) bytes += pieces_[i].size();
    return bytes - offset_;
  }
  bool empty() const noexcept { return size() == 0; }

  enum class Sent : uint8_t {
    all,
    blocked,  // The kernel takes no more.
    more,     // It may, but others should have their turn first.
    failed,   // errno; ENODATA: a file has become shorter than what was announced of it.
  };
  Sent send(int socket);
  uint64_t sent() const noexcept { return sent_; }               // Bytes taken since clear().
  uint64_t appended() const noexcept { return sent_ + size(); }  // Since clear().

  void clear() noexcept;

 private:
  static constexpr int kPiecesAtOnce = 16;

  Sent send_pieces(int socket);
  void cork(int socket) noexcept;
  void uncork(int socket) noexcept;
  ssize_t send_texts(int socket);
  ssize_t send_file(int socket, size_t& share);
  void taken(size_t size);
  void drop_first() noexcept;
  void recycle() noexcept;

  std::vector<BodyPiece> pieces_;  // Those before first_ are sent and empty.
  size_t first_ = 0;
  size_t offset_ = 0;  // Of the first piece, if it is a text: sent already.
  bool corked_ = false;
  bool sealed_ = false;  // Nothing is appended to the last piece: a body that was moved in, a file.
  uint64_t sent_ = 0;
};

}  // namespace svc
