// content_coding.h — which of a file's compressed siblings a client would rather have (RFC 9110
// 12.5.3).
#pragma once

#include <array>
#include <string_view>
#include <vector>

namespace svc {

struct ContentCoding {
  std::string_view name;    // As Content-Encoding says it.
  std::string_view suffix;  // Of the sibling's name.
};

// The better one first, for those to whom it is all the same.
inline constexpr std::array<ContentCoding, 2> kContentCodings = {
    ContentCoding{"br", ".br"},
    ContentCoding{"gzip", ".gz"},
};

// Those that an Accept-Encoding field (all of them, joined) takes, the most wanted first; without
// those that it wants less than the file as it is. An empty field takes none.
std::vector<ContentCoding> wanted_codings(std::string_view accept_encoding);

}  // namespace svc
