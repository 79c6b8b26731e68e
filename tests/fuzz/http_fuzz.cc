// Any bytes through the request path: no crash, the parser's promises kept (codec_run.cc), and the
// same outcome however the bytes are cut.
//
// Seeds: tests/corpus/http. A seed's text is turned into the bytes that it describes before it is
// mutated, so that mutations happen to requests and not to escapes.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <random>
#include <stdexcept>

#include "core/base/check.h"
#include "tests/support/codec_run.h"
#include "tests/support/http_corpus.h"

using svc::HttpLimits;
using svc::test::CodecRun;
using svc::test::run_codec;

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned int seed);
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

// Low ones, so that short inputs reach them.
constexpr HttpLimits kLow = {.request_line_max = 60,
                             .header_field_max = 50,
                             .headers_max = 150,
                             .header_count_max = 6,
                             .body_max = 200};

std::string_view text_of(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

std::optional<std::string> seed_bytes(std::string_view text) {
  if (!text.starts_with("# ")) return std::nullopt;
  try {
    return svc::test::parse_case("seed", text).bytes;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void expect_same(const CodecRun& a, const CodecRun& b) {
  SVC_CHECK(a.transcript == b.transcript);
  SVC_CHECK(a.statuses == b.statuses);
  SVC_CHECK(a.end == b.end);
}

void run_all_ways(std::string_view bytes, const HttpLimits& limits) {
  const CodecRun whole = run_codec(
      bytes, [](size_t left) { return left; }, limits);
  std::minstd_rand random(static_cast<unsigned>(std::hash<std::string_view>{}(bytes)));
  for (const size_t longest : {2u, 5u, 40u}) {
    const auto next = [&](size_t left) { return std::min(left, 1 + random() % longest); };
    expect_same(run_codec(bytes, next, limits), whole);
  }
  expect_same(run_codec(
                  bytes, [](size_t) { return size_t{1}; }, limits),
              whole);
}

}  // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned int) {
  if (const auto bytes = seed_bytes(text_of(data, size)); bytes && bytes->size() <= max_size) {
    std::memcpy(data, bytes->data(), bytes->size());
    size = bytes->size();
  }
  return LLVMFuzzerMutate(data, size, max_size);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto seed = seed_bytes(text_of(data, size));
  const std::string_view bytes = seed ? std::string_view(*seed) : text_of(data, size);
  constexpr size_t kLong = 10'000;  // A byte at a time copies all before it: time goes by squares.
  run_all_ways(bytes.substr(0, kLong), HttpLimits{});
  run_all_ways(bytes.substr(0, kLong), kLow);
  return 0;
}
