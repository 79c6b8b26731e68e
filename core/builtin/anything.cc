#include "core/builtin/anything.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/json_writer.h"
#include "core/base/utf8.h"
#include "core/net/address.h"
#include "core/sdk/form_fields.h"
#include "core/sdk/json/json.h"
#include "core/sdk/problem.h"
#include "core/sdk/types/bytes.h"

namespace svc {
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

// A name that came once is its value, one that came several times a list.
void write_pairs(JsonWriter& json, const std::vector<std::pair<std::string, std::string>>& pairs) {
  Grouped grouped;
  for (const auto& [name, value] : pairs) grouped.add(name, value);
  json.object([&] {
    for (const auto& [name, values] : grouped.groups()) {
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

void write_headers(JsonWriter& json, const Request& request) {
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

// "127.0.0.1:40312" → "127.0.0.1", "[::1]:80" → "::1".
std::string host_of(const std::string& peer) {
  if (peer.starts_with('[')) return peer.substr(1, peer.find(']') - 1);
  if (peer.starts_with(kUnixPrefix)) return peer;
  return peer.substr(0, peer.rfind(':'));
}

std::string url_of(const Request& request) {
  std::string url = request.origin();
  if (url.empty()) url.append(request.scheme()).append("://");
  url.append(request.path());
  if (!request.query_string().empty()) url.append("?").append(request.query_string());
  return url;
}

void write_json_of(JsonWriter& json, std::string_view body) {
  Json parsed;
  Issues issues;
  if (from_json(body, parsed, issues) && issues.empty() && !parsed.text.empty())
    json.raw(parsed.text);
  else
    json.null();
}

// Text as it is; other bytes whole, as a data: URL (RFC 2397): JSON has no place for them.
std::string shown(std::string_view bytes, std::string_view media_type) {
  if (utf8_valid(bytes)) return std::string(bytes);
  std::string url = "data:";
  url.append(media_type).append(";base64,");
  append_base64(url, bytes);
  return url;
}

// nullopt: no form, or one that can't be read. What was sent is told then as any other body is.
std::optional<std::vector<FormField>> form_of(const Request& request) {
  const auto type = request.header("Content-Type");
  if (!type) return std::nullopt;
  try {
    return parse_form(*type, request.body());
  } catch (const Problem&) {
    return std::nullopt;
  }
}

// The body by what it is said to be: `data` for what is no form.
void write_body(JsonWriter& json, const Request& request) {
  const auto fields = form_of(request);
  std::vector<std::pair<std::string, std::string>> values, files;
  for (const FormField& field : fields.value_or(std::vector<FormField>())) {
    if (field.is_file)
      files.emplace_back(field.name, shown(field.file.content, field.file.content_type));
    else
      values.emplace_back(field.name, shown(field.value, "text/plain"));
  }
  json.field("body", request.body());
  json.field("data", fields ? "" : shown(request.body(), "application/octet-stream"));
  json.key("form");
  write_pairs(json, values);
  json.key("files");
  write_pairs(json, files);
  json.key("json");
  write_json_of(json, request.body());
}

}  // namespace

Json anything(Request& request) {
  Json out{""};
  JsonWriter json(out.text);
  json.object([&] {
    json.field("method", request.method());
    json.field("url", url_of(request));
    json.field("path", request.path());
    json.key("query");
    write_pairs(json, request.query());
    json.key("args");
    write_pairs(json, request.query());
    json.field("query_string", request.query_string());
    json.key("headers");
    write_headers(json, request);
    json.field("origin", host_of(request.peer()));
    write_body(json, request);
    json.field("version", request.http_version());
  });
  return out;
}

}  // namespace svc
