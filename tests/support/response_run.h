// response_run.h — a client's connection without sockets: an answer's bytes, cut into pieces,
// through the response parser, and what a client would have made of them.
#pragma once

#include <string_view>

#include "core/http/client/limits.h"
#include "tests/support/corpus_run.h"

namespace svc::test {

// The statuses are of all heads, 1xx included. Aborts if the parser breaks its own promises.
CorpusRun run_response(std::string_view bytes, bool to_head, bool eof, const NextPiece& next_piece,
                       const ClientLimits& limits = {});

}  // namespace svc::test
