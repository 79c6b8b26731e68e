#include "core/sdk/client/path_template.h"

#include "core/http/percent.h"
#include "core/sdk/json/json.h"
#include "core/sdk/problem.h"

namespace svc::detail {
namespace {

// The segment before `end` in a path that is being put together.
std::string_view last_segment(std::string_view path) {
  return path.substr(std::min(path.rfind('/') + 1, path.size()));
}

void check_segment(std::string_view segment, bool has_argument) {
  if (!has_argument || (!segment.empty() && segment != "." && segment != "..")) return;
  throw Problem(400, "what belongs into a path must not be empty, \".\" or \"..\"");
}

}  // namespace

std::string argument_text(const TypeInfo& type, const void* value) {
  std::string text;
  append_json(text, type, value);
  return text.starts_with('"') ? from_json<std::string>(text) : text;
}

std::string fill_template(std::string_view text, std::initializer_list<std::string> arguments) {
  std::string out;
  const auto* argument = arguments.begin();
  bool in_path = true, has_argument = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') {
      out += percent_encode(*argument++);
      has_argument = true;
      ++i;
      continue;
    }
    if (in_path && (text[i] == '/' || text[i] == '?')) {
      check_segment(last_segment(out), std::exchange(has_argument, false));
      in_path = text[i] == '/';
    }
    out += text[i];
  }
  if (in_path) check_segment(last_segment(out), has_argument);
  return out;
}

}  // namespace svc::detail
