// conditional.h — what a service says about versions of what it makes: entity tags, and changes
// that are only right for the version that the client has seen.
//
//   app.get("/doc", [] { return svc::Response::of(doc).etag(doc.version); });   // 304 by itself
//   app.put("/doc", [](svc::Request& request, Doc in) {
//     svc::require_unchanged(request, doc.version);                             // else 412
//     …
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/http/preconditions.h"

namespace svc {

class Request;
class Response;

// `v7` → `"v7"`. Throws std::invalid_argument for a character that can't be in one.
SVC_API std::string quoted_etag(std::string_view tag);

// Before a change: throws Problem 412 unless the request's If-Match, If-None-Match and
// If-Unmodified-Since hold for the thing as it is. `tag` without quotes, as given to etag(); empty:
// there is no such thing yet, so that `If-None-Match: *` creates it once.
SVC_API void require_unchanged(const Request& request, std::string_view tag);

// For an answer to GET or HEAD that would be sent with these validators, which it has in its head:
// true if it has become a 304 instead. Throws Problem 412.
bool apply_preconditions(const RequestHead& request, const Validators& validators, int64_t now_s,
                         Response& answer);
// The same for an answer as it is, with what its own head says of its version.
void apply_preconditions(const RequestHead& request, Response& answer);

}  // namespace svc
