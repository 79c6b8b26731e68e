// listen.h — the shape of a listening address, before anybody binds it.
//
// Why here, when core/net parses addresses too: a file must be checked where no socket code is, and
// two services that want the same address must be told apart from two that write it differently.
// core/net has the last word.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "config/value.h"

namespace svc {

struct ListenShape {
  std::string address;  // As it will be bound: a relative Unix path is absolute.
  std::string key;      // Equal for two that can't both be bound; empty for port 0.
  bool is_unix = false;
};

// "127.0.0.1:80", "[::1]:80", "localhost:80", "*:80", "unix:/path", "unix:@name". Relative paths
// start at `directory`.
std::expected<ListenShape, ValueProblem> listen_shape(std::string_view text,
                                                      const std::string& directory);

}  // namespace svc
