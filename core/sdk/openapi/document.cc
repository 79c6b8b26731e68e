#include "core/sdk/openapi/document.h"

#include <algorithm>

#include "core/base/json_writer.h"
#include "core/sdk/openapi/operation.h"

namespace svc {
namespace {

constexpr std::string_view kProblemText =
    R"({"title":"Problem","description":"RFC 9457","type":"object","properties":{)"
    R"("type":{"type":"string","format":"uri-reference"},"title":{"type":"string"},)"
    R"("status":{"type":"integer"},"detail":{"type":"string"}},)"
    R"("required":["type","title","status"]})";
constexpr std::string_view kIssuesText =
    R"({"title":"ValidationProblem","type":"object","properties":{"detail":{"type":"array",)"
    R"("items":{"type":"object","properties":{"loc":{"type":"array",)"
    R"("items":{"type":["string","integer"]}},"msg":{"type":"string"},"type":{"type":"string"}},)"
    R"("required":["loc","msg","type"]}}},"required":["detail"]})";

void write_info(JsonWriter& json, const OpenApi& settings) {
  json.key("info");
  json.object([&] {
    json.field("title", settings.title);
    if (!settings.description.empty()) json.field("description", settings.description);
    json.field("version", settings.version);
  });
}

void write_servers(JsonWriter& json, const OpenApi& settings) {
  if (settings.servers.empty()) return;
  json.key("servers");
  json.array([&] {
    for (const std::string& url : settings.servers) {
      json.object([&] { json.field("url", url); });
    }
  });
}

void write_tags(JsonWriter& json, const OpenApi& settings) {
  if (settings.tags.empty()) return;
  json.key("tags");
  json.array([&] {
    for (const OpenApiTag& tag : settings.tags) {
      json.object([&] {
        json.field("name", tag.name);
        if (!tag.description.empty()) json.field("description", tag.description);
      });
    }
  });
}

void write_security_scheme(JsonWriter& json, const SecurityScheme& scheme) {
  json.object([&] {
    json.field("type", scheme.type);
    if (!scheme.scheme.empty()) json.field("scheme", scheme.scheme);
    if (!scheme.in.empty()) json.field("in", scheme.in);
    if (!scheme.parameter.empty()) json.field("name", scheme.parameter);
  });
}

void write_components(JsonWriter& json, OpenApiComponents& components) {
  json.key("components");
  json.object([&] {
    json.key("schemas");
    json.object([&] {
      json.key(kProblemSchema);
      json.raw(kProblemText);
      json.key(kIssuesSchema);
      json.raw(kIssuesText);
      components.schemas.write_all(json);
    });
    if (components.security.empty()) return;
    json.key("securitySchemes");
    json.object([&] {
      for (const auto& [name, scheme] : components.security) {
        json.key(name);
        write_security_scheme(json, *scheme);
      }
    });
  });
}

}  // namespace

std::string print_openapi(const OpenApi& settings, const RouteTable& table) {
  OpenApiComponents components;
  components.schemas.reserve(std::string(kProblemSchema));
  components.schemas.reserve(std::string(kIssuesSchema));
  std::string out;
  JsonWriter json(out);
  json.object([&] {
    json.field("openapi", "3.1.0");
    write_info(json, settings);
    write_servers(json, settings);
    write_tags(json, settings);
    json.key("paths");
    json.object([&] {
      for (const OpenApiPath& path : openapi_paths(table)) {
        json.key(path.path);
        json.object([&] {
          for (const OpenApiOperation& operation : path.operations) {
            json.key(operation.method);
            write_operation(json, path, operation, components);
          }
        });
      }
    });
    write_components(json, components);
  });
  return out;
}

}  // namespace svc
