// response.h — an answer of an upstream.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/api.h"
#include "core/base/clock.h"
#include "core/http/client/fields.h"

namespace svc {

// How long each phase took; zero for those that a pooled connection spared.
struct ClientTimings {
  Duration queue{};       // Until a connection was ours to use or to make.
  Duration resolve{};     //
  Duration connect{};     //
  Duration send{};        // The request.
  Duration first_byte{};  // From the request's end to the end of the answer's head.
  Duration total{};       // To the end of the body; so far, while that is being read.
};

struct SVC_API ClientResponse {
  int status = 0;  // 200..999: 1xx are skipped.
  int version_minor = 1;
  ClientFields fields;    // Content-Encoding and Content-Length are gone if the body was decoded.
  std::string body;       // Where it was collected.
  ClientFields trailers;  // After the end of the body.
  ClientTimings timings;
  bool reused = false;  // The connection had served before.
};

}  // namespace svc
