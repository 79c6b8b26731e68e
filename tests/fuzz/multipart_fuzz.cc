// Any bytes as a multipart body: no crash, the parser's promises kept (multipart_run.cc), and the
// same parts however the bytes are cut. Seeds: tests/corpus/multipart.
//
// The boundary is the body's own first line, so that mutations of it reach the parser too.
#include "core/base/check.h"
#include "tests/fuzz/case_seed.h"
#include "tests/support/multipart_run.h"

using svc::MultipartLimits;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

std::string boundary_of(const std::string& body) {
  const size_t end = std::min(body.find_first_of("\r\n"), body.size());
  return body.starts_with("--") && end > 2 ? body.substr(2, end - 2) : "XX";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kLong = 6000;         // More than a preamble may have.
  constexpr size_t kCutEverywhere = 40;  // Bodies that are cut in two at each of their bytes.
  constexpr MultipartLimits kLow = {.parts_max = 3, .head_max = 60};
  const std::string bytes = svc::test::bytes_of_input(data, size, kLong);
  const std::string type = "multipart/form-data; boundary=\"" + boundary_of(bytes) + "\"";
  for (const MultipartLimits& limits : {MultipartLimits{}, kLow}) {
    const auto run = [&](const auto& next) {
      return svc::test::run_multipart(bytes, type, next, limits);
    };
    SVC_CHECK(svc::test::random_cuts_that_matter(bytes, {1, 3, 40, 2000}, run).empty());
    SVC_CHECK(svc::test::cut_that_matters(bytes.size(), kCutEverywhere, run).empty());
  }
  return 0;
}
