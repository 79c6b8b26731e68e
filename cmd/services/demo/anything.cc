#include <algorithm>
#include <cctype>
#include <string>
#include <utility>
#include <vector>

#include "cmd/services/demo/handlers.h"

namespace demo {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// Names in the order in which they first appear, each with its values.
class Grouped {
 public:
  void add(std::string name, std::string_view value) {
    for (auto& [known, values] : groups_) {
      if (known == name) return values.push_back(std::string(value));
    }
    groups_.push_back({std::move(name), {std::string(value)}});
  }
  const auto& groups() const { return groups_; }

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> groups_;
};

void write_query(svc::JsonWriter& json, const svc::Request& request) {
  Grouped query;
  for (const auto& [name, value] : request.query()) query.add(name, value);
  json.object([&] {
    for (const auto& [name, values] : query.groups()) {
      json.key(name);
      if (values.size() == 1) {
        json.value(values.front());
      } else {
        json.array([&] {
          for (const std::string& value : values) json.value(value);
        });
      }
    }
  });
}

void write_headers(svc::JsonWriter& json, const svc::Request& request) {
  Grouped headers;
  for (const auto& field : request.head().headers) headers.add(lower(field.name), field.value);
  json.object([&] {
    for (const auto& [name, values] : headers.groups()) {
      std::string joined;
      for (const std::string& value : values) {
        if (&value != &values.front()) joined += ", ";
        joined += value;
      }
      json.field(name, joined);
    }
  });
}

}  // namespace

svc::Json anything(svc::Request& request) {
  svc::Json out{""};
  svc::JsonWriter json(out.text);
  json.object([&] {
    json.field("method", request.method());
    json.field("path", request.path());
    json.key("query");
    write_query(json, request);
    json.field("query_string", request.query_string());
    json.key("headers");
    write_headers(json, request);
    json.field("body", request.body());
    json.field("version", request.http_version());
  });
  return out;
}

}  // namespace demo
