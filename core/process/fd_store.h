// fd_store.h — descriptors that outlive their owner, kept by the kernel in a socket's queue.
//
// Why a queue: whoever holds the pair's reading end (the workers of a service, systemd's FDSTORE, a
// new master) holds everything in it, also what is put there later; and when the last of them is
// gone, the kernel closes it all. Nobody has to be alive or to answer.
//
//    0       4      6       8          16
//    | magic | part | parts | version | text … |     + at most kBulkDescriptorsMax descriptors
//
// One content is one or more packets. A new one is added behind the old one before that is taken
// off: a master that is killed half-way leaves one complete content at least. Readers only look
// (MSG_PEEK copies descriptors, SO_PEEK_OFF goes on to the next packet): one that dies while it
// reads has taken nothing away.
//
// Process: the master. What it reads may have been written by a worker, who has the reading end,
// and by that everything else: sizes are bounded here, the meaning is checked by estate.h.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"

namespace svc {

inline constexpr std::string_view kStorePrefix = "svcd-";  // Of systemd's name for one: FDNAME.

class FdStore {
 public:
  static constexpr size_t kTextMax = 48 * 1024;
  static constexpr size_t kDescriptorsMax = 4096;
  static constexpr size_t kPacketsMax = 256;  // Looked at in one queue.

  struct Content {
    std::string text;
    std::vector<Fd> descriptors;
  };

  static Result<FdStore> create();  // Errors: socketpair(2).
  FdStore() = default;              // Of nothing.
  FdStore(Fd reader, Fd writer) : reader_(std::move(reader)), writer_(std::move(writer)) {}

  // From now on this is what a reader finds. Errors: sendmsg(2) (too_many_references: more
  // descriptors are under way than this user may have open; the former content stays then);
  // argument_list_too_long beyond the bounds.
  Result<> put(std::string_view text, std::span<const int> descriptors);
  // Empties the queue, whoever holds its ends: the descriptors in it are closed.
  void clear() noexcept;

  int reader() const noexcept { return reader_.get(); }
  int writer() const noexcept { return writer_.get(); }
  explicit operator bool() const noexcept { return reader_.valid(); }

  // The latest complete content behind a reading end; it stays there. Errors: invalid_argument when
  // there is none.
  static Result<Content> read(int reader);
  // Whether the descriptor could be a reading end: a connected SOCK_SEQPACKET socket.
  static bool is_reader(int descriptor) noexcept;

 private:
  Fd reader_, writer_;
};

}  // namespace svc
