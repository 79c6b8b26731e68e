// listen_fds.h — sockets that systemd (or a test) bound for us: the protocol of sd_listen_fds(3).
//
// Process: the master, once, before it forks anything.
#pragma once

#include <string>
#include <vector>

#include "core/base/api.h"
#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/net/address.h"

namespace svc {

struct InheritedSocket {
  Fd fd;             // Close-on-exec.
  std::string name;  // From LISTEN_FDNAMES, "" where missing.
  Address address;   // Of nothing (AF_UNSPEC) if the descriptor is no socket.
};

// Takes $LISTEN_FDS descriptors from 3 on if $LISTEN_PID says that they are for this process, and
// unsets the variables either way: they are not for our children. Empty when there are none.
// Errors: invalid_argument for a malformed number; bad_file_descriptor for one that isn't open.
SVC_API Result<std::vector<InheritedSocket>> take_listen_fds();

}  // namespace svc
