// mapping.h — memory that several processes share: a sealed memfd and its mapping.
//
// Why a memfd: it outlives any process that maps it as long as somebody holds the descriptor, and
// it can be handed to a new master over a socket; an anonymous mapping can't.
//
// Processes: the master creates; workers inherit the mapping over fork(2), a new master attaches.
#pragma once

#include <cstddef>
#include <span>

#include "core/base/api.h"
#include "core/base/fd.h"
#include "core/base/result.h"

namespace svc {

class SVC_API SharedMapping {
 public:
  // `size` bytes of zeros, sealed against growing and shrinking (a shrunk memfd is SIGBUS for all).
  // `name` shows in /proc/PID/maps. Errors: what memfd_create(2), ftruncate(2), fcntl(2), mmap(2)
  // say.
  static Result<SharedMapping> create(const char* name, size_t size);
  // Maps an existing memfd, checking that it is sealed and exactly `size` bytes. Takes `memfd`.
  static Result<SharedMapping> attach(Fd memfd, size_t size);

  // The same, for one writer: nobody can write to it but through this very mapping, which no child
  // inherits (a kernel before 5.1 has no such seal, and leaves others able to).
  static Result<SharedMapping> create_own(const char* name, size_t size);
  // Maps what another process has created so; bytes() may only be read.
  static Result<SharedMapping> attach_others(Fd memfd, size_t size);

  SharedMapping() noexcept = default;
  SharedMapping(SharedMapping&& other) noexcept;
  SharedMapping& operator=(SharedMapping&& other) noexcept;
  ~SharedMapping();

  std::span<std::byte> bytes() const noexcept { return bytes_; }
  int descriptor() const noexcept { return memfd_.get(); }

 private:
  SharedMapping(Fd memfd, std::span<std::byte> bytes) noexcept;

  Fd memfd_;
  std::span<std::byte> bytes_;
};

}  // namespace svc
