// part_head.h — what a part of a multipart body says about itself (RFC 7578 4).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/api.h"
#include "core/base/result.h"

namespace svc {

struct PartHead {
  static constexpr size_t kFieldsMax = 32;

  std::string name;  // Of the form's field; valid UTF-8.
  // Of an uploaded file: the last segment of what the client calls it, without control characters
  // and never "." or ".."; "" for a file input that was left empty. nullopt: no file.
  std::optional<std::string> filename;
  std::string content_type;  // "text/plain" where it is not said.
  std::vector<std::pair<std::string, std::string>> fields;

  std::optional<std::string_view> field(std::string_view field_name) const noexcept;
};

// `text`: the head's lines, each with its CRLF, without the empty one. Errors: invalid_argument,
// what is wrong: no `Content-Disposition: form-data` with a name, a line that is no field, an
// encoding that HTTP has no use for.
Result<PartHead> parse_part_head(std::string_view text);

}  // namespace svc
