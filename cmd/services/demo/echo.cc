#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

#include "cmd/services/demo/handlers.h"

namespace demo {
namespace {

// RFC 9110 5.6.2.
bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) || std::string_view("!#$%&'*+-.^_`|~").contains(static_cast<char>(c));
  });
}

// type "/" subtype, parameters behind it (RFC 9110 8.3.1).
bool is_media_type(std::string_view text) {
  const std::string_view name = text.substr(0, text.find_first_of("; \t"));
  const size_t slash = name.find('/');
  const size_t next = text.find_first_not_of(" \t", name.size());
  return slash != name.npos && is_token(name.substr(0, slash)) &&
         is_token(name.substr(slash + 1)) && (next == text.npos || text[next] == ';');
}

}  // namespace

svc::Json echo_query(svc::Request& request) {
  // In the order in which names first appear: a map would sort them.
  std::vector<std::pair<std::string, std::vector<std::string>>> echo;
  for (const auto& [name, value] : request.query()) {
    if (value.empty()) continue;
    auto at = std::find_if(echo.begin(), echo.end(), [&](auto& e) { return e.first == name; });
    if (at == echo.end()) at = echo.insert(at, {name, {}});
    at->second.push_back(value);
  }
  svc::Json out{""};
  svc::JsonWriter json(out.text);
  json.object([&] {
    json.key("echo");
    json.object([&] {
      for (const auto& [name, values] : echo) {
        json.key(name);
        json.array([&] {
          for (const std::string& value : values) json.value(value);
        });
      }
    });
  });
  return out;
}

// A client may say any nonsense of its body; an answer shouldn't repeat it.
svc::Response echo_body(svc::Body body, svc::Request& request) {
  const auto type = request.header("Content-Type");
  const auto coding = request.header("Content-Encoding");
  svc::Response answer;
  answer.body(body.str(), type && is_media_type(*type) ? *type : svc::kBytesType);
  if (coding && is_token(*coding)) answer.header("Content-Encoding", *coding);
  return answer;
}

}  // namespace demo
