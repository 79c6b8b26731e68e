// stream.h — the bytes of a connection, and the seam where TLS will stand.
//
// Why a seam: everything above it (framing, deadlines, pool) is the same for plain and for secure
// connections. A stream never blocks; it says `again`, and the connection waits for its descriptor.
//
// Thread: the loop's.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "core/base/clock.h"
#include "core/base/fd.h"
#include "core/http/client/failure.h"
#include "core/http/client/origin.h"

namespace svc {

class ClientStream {
 public:
  virtual ~ClientStream() = default;

  struct Io {
    enum class State : uint8_t { done, again, ended, failed };
    State state = State::done;
    size_t size = 0;
    int error = 0;  // errno, after failed.
  };
  virtual Io read(std::span<char> into) noexcept = 0;  // ended: the peer has said all.
  virtual Io write(std::span<const iovec> parts) noexcept = 0;
  // Nothing can be read, not even an end: what an idle connection should be like.
  virtual bool quiet() noexcept = 0;
  virtual int fd() const noexcept = 0;  // For the loop, edge-triggered.
};

// What makes a stream of a socket that has connected: for https, TLS with a handshake that suspends
// the fiber until `until` at most.
class ClientTransport {
 public:
  virtual ~ClientTransport() = default;
  virtual ClientResult<std::unique_ptr<ClientStream>> open(Fd connected, const Origin& origin,
                                                           Instant until) = 0;
};

std::unique_ptr<ClientStream> plain_stream(Fd connected);

}  // namespace svc
