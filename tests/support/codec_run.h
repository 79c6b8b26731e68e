// codec_run.h — a connection without sockets: bytes, cut into pieces, through the request parser,
// one message after another, and what a server would have answered.
#pragma once

#include <string_view>

#include "core/http/limits.h"
#include "tests/support/corpus_run.h"

namespace svc::test {

// What is told is the first request; the transcript has all of them. Aborts if the parser breaks
// its own promises (views outside of the bytes, two Hosts accepted, …). Nothing is answered for a
// request before its body has ended, so that a refusal within is the only answer.
CorpusRun run_codec(std::string_view bytes, const NextPiece& next_piece,
                    const HttpLimits& limits = {});

}  // namespace svc::test
