// packet.h — one message of a SOCK_SEQPACKET socket, with the descriptors that travel along
// (unix(7), SCM_RIGHTS).
//
// Why here: both users (the master's line to a worker, connections handed from worker to worker)
// must own every descriptor that arrives, also those of a message that turns out to be none.
//
// Processes: master and workers; no state.
#pragma once

#include <sys/types.h>

#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/api.h"
#include "core/base/fd.h"
#include "core/base/result.h"

namespace svc {

inline constexpr size_t kPacketDescriptorsMax = 4;  // Of an everyday message.
inline constexpr size_t kBulkDescriptorsMax = 64;   // Where a receiver says that it wants so many.

struct Packet {
  std::string_view bytes;  // In the buffer of receive_packet(); empty: the other end is gone.
  std::vector<Fd> descriptors;
  bool cut = false;             // More bytes, or more descriptors, than there was room for.
  std::optional<uid_t> sender;  // Where it was asked for; the kernel's word (unix(7)).
};

struct PacketWishes {
  size_t descriptors_max = kPacketDescriptorsMax;
  bool peek = false;    // It stays in the queue; the descriptors are copies (SO_PEEK_OFF goes on).
  bool sender = false;  // REQUIRES: SO_PASSCRED was set before the packet was sent.
};

// Two ends, non-blocking and close-on-exec. Errors: socketpair(2).
SVC_API Result<std::pair<Fd, Fd>> make_packet_pair();

// Head and body as one message. Never blocks. Errors: sendmsg(2);
// resource_unavailable_try_again when nobody reads. REQUIRES: at most kBulkDescriptorsMax.
SVC_API Result<> send_packet(int socket, std::string_view head, std::string_view body,
                             std::span<const int> descriptors);
// nullopt: nothing there now. Errors: recvmsg(2).
SVC_API Result<std::optional<Packet>> receive_packet(int socket, std::span<char> buffer,
                                                     const PacketWishes& wishes = {});

}  // namespace svc
