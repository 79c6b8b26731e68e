// Any bytes through the request path: no crash, the parser's promises kept (codec_run.cc), and the
// same outcome however the bytes are cut. Seeds: tests/corpus/http.
#include "core/base/check.h"
#include "tests/fuzz/case_seed.h"
#include "tests/support/codec_run.h"

using svc::HttpLimits;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

// Low ones, so that short inputs reach them.
constexpr HttpLimits kLow = {.request_line_max = 60,
                             .header_field_max = 50,
                             .headers_max = 150,
                             .header_count_max = 6,
                             .body_max = 200};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kLong = 10'000;  // A byte at a time copies all before it: time goes by squares.
  const std::string bytes = svc::test::bytes_of_input(data, size, kLong);
  for (const HttpLimits& limits : {HttpLimits{}, kLow}) {
    const auto run = [&](const auto& next) { return svc::test::run_codec(bytes, next, limits); };
    SVC_CHECK(svc::test::random_cuts_that_matter(bytes, {1, 2, 5, 40}, run).empty());
  }
  return 0;
}
