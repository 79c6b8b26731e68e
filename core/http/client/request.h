// request.h — a request before it is sent.
//
// Plain data, kept by the caller until the exchange has ended, so that it can be sent again. What
// frames the message (Host, Content-Length, Transfer-Encoding, Connection) is written by the
// client; a caller that sets one of these is told so (ClientFailure::Kind::bad_request), except
// Host, which goes into `authority`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/base/api.h"
#include "core/base/result.h"
#include "core/http/client/fields.h"

namespace svc {

// Where a body comes from that is not in memory as a whole.
class SVC_API ClientBodySource {
 public:
  virtual ~ClientBodySource() = default;

  // Fills the start of `into` (never empty) and says how much; 0 is the end. Called in the fiber
  // that exchanges, and may suspend it: as long as it does, nothing of an answer is read. An error
  // ends the exchange (Kind::body_source) and its connection.
  virtual Result<size_t> read(std::span<char> into) = 0;
  // Known: sent with Content-Length; so much is asked for, and a source that ends before that fails
  // the exchange.
  // Unknown: sent in chunks.
  virtual std::optional<uint64_t> length() const { return std::nullopt; }
};

struct SVC_API ClientRequest {
  std::string method = "GET";  // A token; CONNECT is refused.
  std::string target = "/";    // Origin-form, percent-encoded; "*" for OPTIONS.
  std::string authority;       // The Host field; empty: the origin's.
  ClientFields fields;         // Accept-Encoding: gzip, deflate is added where there is none.
  std::string body;            // Empty: none (but Content-Length: 0 for POST, PUT and PATCH).
  ClientBodySource* source = nullptr;  // Instead of `body`; outlives the exchange.
  // An answer with a content coding that we asked for ourselves is decoded; a caller that sets
  // Accept-Encoding gets what comes. False: as it comes, and nothing is asked for.
  bool decode = true;
};

}  // namespace svc
