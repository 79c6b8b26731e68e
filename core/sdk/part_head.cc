#include "core/sdk/part_head.h"

#include "core/base/utf8.h"
#include "core/http/chars.h"
#include "core/http/message.h"
#include "core/http/percent.h"
#include "core/sdk/media_type.h"
#include "core/sdk/request.h"

namespace svc {
namespace {

std::string repaired(std::string_view text) {
  std::string good;
  append_utf8_repaired(good, text);
  return good;
}

// A name, and no path: what would lead elsewhere is cut off.
std::string base_name(std::string_view text) {
  const size_t slash = text.find_last_of("/\\");
  if (slash != std::string_view::npos) text.remove_prefix(slash + 1);
  std::string name = one_line(repaired(text));
  if (name == "." || name == "..") name.clear();
  return name;
}

// filename*=UTF-8'en'%e2%82%ac.txt (RFC 8187 3.2.1). Another charset: not understood.
std::optional<std::string> extended_value(std::string_view text) {
  const size_t first = text.find('\'');
  const size_t second = first == std::string_view::npos ? first : text.find('\'', first + 1);
  if (second == std::string_view::npos || !iequals(text.substr(0, first), "utf-8")) {
    return std::nullopt;
  }
  auto decoded = percent_decode(text.substr(second + 1));
  if (!decoded) return std::nullopt;
  return *std::move(decoded);
}

Result<> read_disposition(PartHead& head, std::string_view disposition) {
  if (!is_media_type(disposition, "form-data")) {
    return Error::invalid("a part's Content-Disposition is not form-data");
  }
  const auto name = media_parameter(disposition, "name");
  if (!name) return Error::invalid("a part has no name");
  head.name = repaired(*name);
  auto filename = media_parameter(disposition, "filename");
  if (const auto extended = media_parameter(disposition, "filename*")) {
    if (auto value = extended_value(*extended)) filename = std::move(value);
  }
  if (filename) head.filename = base_name(*filename);
  return {};
}

Result<> add_line(PartHead& head, std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return Error::invalid("a part's head has a line that is no field");
  }
  const std::string_view value = trim(line.substr(colon + 1));
  if (!all_chars(value, kValueChar)) {
    return Error::invalid("a part's head has a control character");
  }
  if (head.fields.size() == PartHead::kFieldsMax) {
    return Error::invalid("a part's head has too many fields");
  }
  head.fields.emplace_back(line.substr(0, colon), value);
  return {};
}

// RFC 7578 4.7: deprecated, and nothing but what is meant anyway is to be found.
bool is_plain_encoding(std::string_view encoding) noexcept {
  return iequals(encoding, "binary") || iequals(encoding, "8bit") || iequals(encoding, "7bit");
}

}  // namespace

std::optional<std::string_view> PartHead::field(std::string_view field_name) const noexcept {
  for (const auto& [key, value] : fields) {
    if (iequals(key, field_name)) return value;
  }
  return std::nullopt;
}

Result<PartHead> parse_part_head(std::string_view text) {
  PartHead head;
  while (!text.empty()) {
    const size_t end = text.find("\r\n");
    if (end == std::string_view::npos) return Error::invalid("a part's head has an open line");
    SVC_TRY_VOID(add_line(head, text.substr(0, end)));
    text.remove_prefix(end + 2);
  }
  const auto disposition = head.field("Content-Disposition");
  if (!disposition) return Error::invalid("a part has no Content-Disposition");
  SVC_TRY_VOID(read_disposition(head, *disposition));
  if (const auto encoding = head.field("Content-Transfer-Encoding");
      encoding && !is_plain_encoding(*encoding)) {
    return Error::invalid("a part has a Content-Transfer-Encoding: send its bytes as they are");
  }
  head.content_type = head.field("Content-Type").value_or("text/plain");
  return head;
}

}  // namespace svc
