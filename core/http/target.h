// target.h — the four forms of a request target (RFC 9112 3.2) and the authority in them.
//
// Which bytes are taken: those of RFC 3986, and in addition the few that browsers send raw (the URL
// standard leaves "[", "]" and "|" as they are in a path, and "{", "}", "\", "^" and "`" too in a
// query). Everything else is refused: controls, spaces, non-ASCII, '#' (a fragment is never sent),
// '"', '<', '>', and in paths '\', which some software takes for '/'. A '%' in a path has two
// hexadecimal digits after it; in a query it need not (browsers send "100%").
#pragma once

#include <string_view>

#include "core/http/message.h"
#include "core/http/refusal.h"

namespace svc {

// Fills path, query and (absolute form) authority of `head` from its method and target. CONNECT has
// been answered before.
Refusal judge_target(RequestHead& head) noexcept;

// uri-host [ ":" port ] as Host has it (RFC 9110 7.2), not empty: a registered name, an IPv4 or a
// bracketed IPv6 address, no user information. The port is empty or at most 65535.
bool valid_authority(std::string_view text) noexcept;

}  // namespace svc
