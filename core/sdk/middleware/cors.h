// cors.h — lets scripts of other origins in browsers call a service: the CORS protocol of the Fetch
// standard (https://fetch.spec.whatwg.org/#http-cors-protocol).
//
//   app.use(svc::cors({.origins = {"https://shop.example", "https://*.shop.example"},
//                      .credentials = true, .expose = {"X-Total"}}));
//
// First of all middleware: what refuses a request (authentication, a rate limit) must be inside, so
// that preflights are answered and the refusal can be read by the script.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "core/base/api.h"
#include "core/sdk/middleware.h"

namespace svc {

struct Cors {
  // "scheme://host[:port]" each; "https://*.example.org": every name below it; "*": every origin.
  std::vector<std::string> origins{"*"};
  bool credentials = false;  // Cookies and Authorization may be sent. Not with "*".
  std::vector<std::string> methods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
  std::vector<std::string> headers{};  // That may be sent; empty: those that are asked for.
  std::vector<std::string>
      expose{};  // That a script may read, beside the seven that it always may.
  std::chrono::seconds max_age{600};  // How long a browser remembers a preflight.
};

// Throws std::invalid_argument for "*" with credentials (any site could act as the user), and for
// what is no origin.
SVC_API Middleware cors(Cors settings = {});

}  // namespace svc
