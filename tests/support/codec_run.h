// codec_run.h — a connection without sockets: bytes, cut into pieces, through the request parser,
// one message after another, and what a server would have answered.
//
// Used by the unit test over tests/corpus/http and by the fuzzer: both demand that the cuts change
// nothing.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/http/limits.h"
#include "tests/support/http_corpus.h"

namespace svc::test {

struct CodecRun {
  std::vector<int> statuses;
  CorpusCase::End end = CorpusCase::End::wait;
  std::vector<std::pair<std::string, std::string>>
      first;               // The first request, as in a case's wants.
  std::string transcript;  // All that was understood of all requests, to compare two runs by.
};

// `next_piece(left)` says how many of the `left` bytes come next, at least 1. Aborts if the parser
// breaks its own promises (views outside of the bytes, two Hosts accepted, …). Nothing is answered
// for a request before its body has ended, so that a refusal within is the only answer.
CodecRun run_codec(std::string_view bytes, const std::function<size_t(size_t left)>& next_piece,
                   const HttpLimits& limits = {});

}  // namespace svc::test
