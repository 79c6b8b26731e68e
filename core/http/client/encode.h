// encode.h — a request's head as it is sent, checked so that nothing in it can split the message.
//
// Why checked here and not where it is put together: this is the one door that every request goes
// through, whoever made it. A method, target, field name or value that holds a space, a CR or an LF
// in the wrong place is a second request in somebody else's hands (RFC 9112 11.2).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "core/http/client/origin.h"
#include "core/http/client/request.h"

namespace svc {

struct SentFraming {
  bool chunked = false;
  uint64_t length = 0;       // Of the body, if not chunked.
  bool to_head = false;      // HEAD: the answer has no body.
  bool asks_coding = false;  // We asked for gzip ourselves, and so decode it.
};

// Appends the head to `out`. Error: one sentence that says what can't be sent and why.
std::expected<SentFraming, std::string> encode_request(const Origin& origin,
                                                       const ClientRequest& request,
                                                       std::string& out);

}  // namespace svc
