#include "core/sdk/types/regex_match.h"

#include <re2/re2.h>

#include <memory>
#include <unordered_map>

#include "core/base/check.h"

namespace svc {
namespace {

constexpr int64_t kMemoryMax = 1 << 20;  // Of one pattern's automaton; full, it is begun anew.

std::unique_ptr<RE2> compile(std::string_view pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMemoryMax);
  options.set_never_capture(true);
  auto compiled = std::make_unique<RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  SVC_CHECK(compiled->ok());  // The compiler has let it pass (formats.h).
  return compiled;
}

}  // namespace

bool matches_regex(std::string_view pattern, std::string_view text) {
  // A thread each: RE2 locks its automaton while it grows.
  static thread_local std::unordered_map<std::string_view, std::unique_ptr<RE2>> compiled;
  std::unique_ptr<RE2>& known = compiled[pattern];
  if (!known) known = compile(pattern);
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *known);
}

}  // namespace svc
