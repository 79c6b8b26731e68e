// handlers.h — the handlers of the demo that are more than a line; demo.cc has the route table.
#pragma once

#include <svc/svc.h>

#include <string>

namespace demo {

// What a refusal says, as JSON.
struct Failure {
  std::string error;
};

// The query's values by name, in lists; blank values are dropped.
svc::Json echo_query(svc::Request& request);
// The body as it came, with the media type it came with.
svc::Response echo_body(svc::Body body, svc::Request& request);

// {"text":"abc"} → {"original":"abc","reversed":"cba"}. By code point, not by byte.
svc::Response process(svc::Body body);

// The n-th Fibonacci number, slowly, in the pool of threads: what a CPU-bound handler looks like.
svc::Response fib(svc::EncodedPath n);

}  // namespace demo
