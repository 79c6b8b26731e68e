#include "core/sdk/media_type.h"

#include "core/http/chars.h"
#include "core/http/message.h"

namespace svc {
namespace {

// Takes one value from the front of `rest`: a quoted text, or everything up to ';'. False: a quoted
// text without an end.
bool take_value(std::string_view& rest, std::string& value) {
  value.clear();
  if (!rest.starts_with('"')) {
    const std::string_view bare = rest.substr(0, rest.find(';'));
    rest.remove_prefix(bare.size());
    value = trim(bare);
    return true;
  }
  for (size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      return true;
    }
    // Only what has to be escaped is: the backslashes of a Windows path are sent as they are.
    const bool escaped =
        rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\');
    value += rest[escaped ? ++i : i];
  }
  return false;
}

}  // namespace

std::optional<std::string> media_parameter(std::string_view field, std::string_view name) {
  std::string_view rest = field;
  std::string value;
  for (size_t semicolon = rest.find(';'); semicolon != std::string_view::npos;
       semicolon = rest.find(';')) {
    rest = trim(rest.substr(semicolon + 1));
    if (rest.empty() || rest.starts_with(';')) continue;  // "a;;b": an empty one is none.
    const size_t equals = rest.find_first_of("=;");
    if (equals == std::string_view::npos || rest[equals] == ';') continue;
    const std::string_view key = trim(rest.substr(0, equals));
    rest = trim(rest.substr(equals + 1));
    if (!take_value(rest, value)) return std::nullopt;
    if (iequals(key, name)) return value;
  }
  return std::nullopt;
}

bool is_utf8_or_unsaid(std::string_view content_type) {
  const auto charset = media_parameter(content_type, "charset");
  return !charset || iequals(*charset, "utf-8") || iequals(*charset, "utf8") ||
         iequals(*charset, "us-ascii");
}

}  // namespace svc
