// Any bytes through the client's answer path: no crash, the parser's promises kept
// (response_run.cc), and the same outcome however the bytes are cut; the content through the
// decoders, whatever it is. Seeds: tests/corpus/http_client.
#include <string_view>

#include "core/base/check.h"
#include "core/http/client/inflate.h"
#include "tests/fuzz/case_seed.h"
#include "tests/support/response_run.h"

using svc::ClientLimits;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

// Low ones, so that short inputs reach them.
ClientLimits low_limits() {
  ClientLimits low;
  low.status_line_max = 40;
  low.header_field_max = 50;
  low.headers_max = 150;
  low.header_count_max = 6;
  return low;
}

void run_all_ways(std::string_view bytes, bool to_head, bool eof, const ClientLimits& limits) {
  const auto run = [&](const auto& next) {
    return svc::test::run_response(bytes, to_head, eof, next, limits);
  };
  SVC_CHECK(svc::test::random_cuts_that_matter(bytes, {1, 3, 40}, run).empty());
}

// Bounded in output, whatever is said; never stuck.
void inflate_all(std::string_view bytes, svc::ContentCoding coding) {
  constexpr uint64_t kRatioMax = 250;
  constexpr uint64_t kFree = 1024 * 1024 + 64 * 1024;
  svc::Inflater inflater;
  if (!inflater.start(coding, kRatioMax)) return;
  const size_t given = bytes.size();
  uint64_t made = 0;
  for (;;) {
    const svc::Inflater::Step step = inflater.advance(bytes);
    if (step.state != svc::Inflater::State::more) return;
    SVC_CHECK(step.consumed <= bytes.size());
    made += step.data.size();
    SVC_CHECK(made <= kFree + kRatioMax * given);
    bytes.remove_prefix(step.consumed);
    if (step.data.empty() && (bytes.empty() || step.consumed == 0)) break;
  }
  SVC_CHECK(bytes.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kLong = 2000;  // A byte at a time copies all before it: time goes by squares.
  const std::string bytes = svc::test::bytes_of_input(data, size, kLong);
  for (const bool to_head : {false, true}) {
    run_all_ways(bytes, to_head, true, ClientLimits{});
    run_all_ways(bytes, to_head, false, low_limits());
  }
  inflate_all(bytes, svc::ContentCoding::gzip);
  inflate_all(bytes, svc::ContentCoding::deflate);
  return 0;
}
