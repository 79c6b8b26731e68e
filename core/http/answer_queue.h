// answer_queue.h — what is on its way to a client and the kernel has not taken yet.
//
// Why pieces: heads, chunks and small bodies are copied into one string, so that many answers leave
// with one send(2); a large body is moved in as it is and never copied.
//
// Thread: the worker's loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace svc {

class AnswerQueue {
 public:
  static constexpr size_t kCopyMax = 16 * 1024;  // A larger body gets a piece of its own.
  static constexpr size_t kKeptMax = 64 * 1024;  // Memory that an empty queue may hold on to.

  // Where small things are appended. The reference is valid until the next call.
  std::string& tail();
  void append(std::string&& body);

  size_t size() const noexcept;  // Bytes still to be sent.
  bool empty() const noexcept { return size() == 0; }

  enum class Sent : uint8_t { all, blocked, failed };
  // Sends until nothing is left, the kernel takes no more, or it reports an error (errno).
  Sent send(int socket);
  uint64_t sent() const noexcept { return sent_; }  // Bytes taken since clear().

  void clear() noexcept;

 private:
  static constexpr int kPiecesAtOnce = 16;

  ssize_t send_once(int socket);
  void taken(size_t size);
  void recycle() noexcept;

  std::vector<std::string> pieces_;  // Those before first_ are sent and empty.
  size_t first_ = 0;
  size_t offset_ = 0;    // Of the first piece, sent already.
  bool sealed_ = false;  // The last piece is a body that was moved in: nothing is appended to it.
  uint64_t sent_ = 0;
};

}  // namespace svc
