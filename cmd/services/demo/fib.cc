#include <charconv>
#include <optional>

#include "cmd/services/demo/handlers.h"
#include "core/http/router.h"

namespace demo {
namespace {

constexpr int64_t kMax = 35;

struct Answer {
  int64_t n;
  int64_t fib;
};
int64_t slow_fib(int64_t n) { return n < 2 ? n : slow_fib(n - 1) + slow_fib(n - 2); }

std::optional<int64_t> parse(std::string_view text) {
  int64_t n = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), n);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  if (n < 0 || n > kMax) return std::nullopt;
  return n;
}

}  // namespace

// svc::Int<0, 35> as the parameter would be shorter, and answer 422 where this route promises 400;
// so would std::string for bytes that are no text.
svc::Response fib(svc::EncodedPath encoded) {
  const auto text = svc::percent_decode(encoded.text);
  const auto n = text ? parse(*text) : std::nullopt;
  if (!n) {
    return svc::Response::of(Failure{"n must be an integer between 0 and 35"}, 400);
  }
  return svc::Response::of(Answer{*n, svc::offload([n] { return slow_fib(*n); })});
}

}  // namespace demo
