// head_rules.h — what the fields of a head mean for the message itself: host, framing,
// persistence, expectation.
//
// Why apart from the parser: these are the rules that keep two readers of one byte stream in step
// (RFC 9112 3.2, 6, 9.3; RFC 9110 7.2, 8.6, 10.1.1), as one pure function of the fields.
#pragma once

#include "core/http/message.h"
#include "core/http/refusal.h"

namespace svc {

// Reads head.headers and fills authority (unless the target had one), framing, content_length,
// keep_alive and expect_continue. REQUIRES: the request line's part of `head` is filled in.
//   400 for no or two Hosts, two lengths, a length beside a transfer coding, a coding on HTTP/1.0,
//   codings that don't end with chunked; 501 for codings before chunked; 417 for expectations that
//   nobody knows.
Refusal judge_fields(RequestHead& head) noexcept;

}  // namespace svc
