// multipart_run.h — a form's body, cut into pieces, through the multipart parser, and what a
// service would have got of it.
#pragma once

#include <string_view>

#include "core/sdk/multipart_parser.h"
#include "tests/support/corpus_run.h"

namespace svc::test {

// Told are, for each part, "part NAME|FILENAME|TYPE" ("-": no file) and "content C", and "refused
// WHY"; the status is 200 or 400. The body ends with the bytes. Aborts if the parser breaks its own
// promises: more than its limits allow, a boundary within a content, a name that is a path, …
CorpusRun run_multipart(std::string_view bytes, std::string_view content_type,
                        const NextPiece& next_piece, const MultipartLimits& limits = {});

}  // namespace svc::test
