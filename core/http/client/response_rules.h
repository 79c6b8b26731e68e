// response_rules.h — what a status line and the fields of an answer mean for the message itself:
// framing and persistence (RFC 9112 4, 6.3, 9.3), as pure functions.
#pragma once

#include <string_view>

#include "core/http/client/response_parser.h"
#include "core/http/refusal.h"

namespace svc {

// HTTP/1.x SP 3DIGIT [ SP reason ]. Fills status and version_minor. The status is 100 to 999; 101
// is refused, for no upgrade is ever asked for.
Refusal judge_status_line(std::string_view line, ReceivedHead& head) noexcept;

// RFC 9112 6.3, rule 1, as far as the status says it.
constexpr bool never_has_body(int status) noexcept {
  return status < 200 || status == 204 || status == 304;
}

// Reads head.fields and fills all but status, version and fields. Refused: two lengths, a length
// that is no number, a length beside a transfer coding, a coding on HTTP/1.0, other codings than
// one chunked (no other is asked for). `bodiless`: nothing follows, whatever the fields say.
Refusal judge_response(ReceivedHead& head, bool bodiless) noexcept;

}  // namespace svc
