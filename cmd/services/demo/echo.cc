#include <algorithm>
#include <vector>

#include "cmd/services/demo/handlers.h"

namespace demo {

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

svc::Response echo_body(svc::Body body, svc::Request& request) {
  return svc::Response().body(body.str(), request.header("Content-Type").value_or(svc::kBytesType));
}

}  // namespace demo
