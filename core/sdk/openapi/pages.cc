#include "core/sdk/openapi/pages.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>

#include "core/sdk/openapi/docs_page.h"
#include "core/sdk/openapi/document.h"
#include "core/sdk/worker.h"

namespace svc {
namespace {

// FNV-1a: the same in every worker and every run, so that a client's copy stays good.
std::string entity_tag(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return fmt::format("\"{:016x}\"", hash);
}

unsigned hex_digit(char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); }

// "'sha256-…'" of a digest in hexadecimal.
std::string policy_hash(std::string_view hex) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text = "'sha256-";
  unsigned bits = 0;
  int held = 0;
  for (const char c : hex) {
    bits = (bits << 4 | hex_digit(c)) & 0xfff;
    for (held += 4; held >= 6; held -= 6) text += kDigits[bits >> (held - 6) & 63];
  }
  if (held > 0) text += kDigits[bits << (6 - held) & 63];  // 256 bits: 43 digits and one '='.
  return text + "='";
}

// From the page's place to the document's, so that both can stand behind a proxy's prefix.
std::string relative_to(std::string_view page, std::string_view document) {
  size_t common = 0;  // What is behind the last folder that both are in.
  for (size_t i = 0; i < std::min(page.size(), document.size()) && page[i] == document[i]; ++i) {
    if (page[i] == '/') common = i + 1;
  }
  std::string url;
  for (const char c : page.substr(common)) url += c == '/' ? "../" : "";
  return url.append(document.substr(common));
}

// Where paths begin, from a document that stands in a folder: an address without servers means the
// root of the host, which isn't ours behind a proxy's prefix.
std::vector<std::string> servers_of(std::string_view document) {
  const auto folders = std::ranges::count(document.substr(1), '/');
  if (folders == 0) return {};
  std::string url = "..";
  for (auto i = folders; i > 1; --i) url += "/..";
  return {url};
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

std::string escape_attribute(std::string_view text) {
  std::string out(text);
  replace_all(out, "&", "&amp;");
  replace_all(out, "\"", "&quot;");
  replace_all(out, "<", "&lt;");
  return out;
}

}  // namespace

void OpenApiPages::seal(const RouteTable& table) {
  const auto is_free = [&](const std::string& path) {
    const auto has_it = [&](const auto& route) { return route->pattern() == path; };
    return path.starts_with('/') && std::ranges::none_of(table.routes, has_it);
  };
  serves_document_ = settings_.enabled && is_free(settings_.path);
  serves_docs_ = settings_.enabled && is_free(settings_.docs_path) && !settings_.path.empty();
}

bool OpenApiPages::take(const RequestHead& head) const noexcept {
  if (head.method != Method::get && head.method != Method::head) return false;
  return (serves_document_ && head.path == settings_.path) ||
         (serves_docs_ && head.path == settings_.docs_path);
}

Response OpenApiPages::answer(const RequestHead& head, const RouteTable& table) {
  return serves_document_ && head.path == settings_.path ? document(head, table) : docs();
}

Response OpenApiPages::document(const RequestHead& head, const RouteTable& table) {
  if (document_.empty()) {
    OpenApi settings = settings_;
    if (settings.title.empty()) settings.title = worker().service;
    if (settings.title.empty()) settings.title = "service";
    if (settings.version.empty()) settings.version = version_;
    if (settings.servers.empty()) settings.servers = servers_of(settings.path);
    document_ = print_openapi(settings, table);
    tag_ = entity_tag(document_);
  }
  const bool known = head.has_token("If-None-Match", tag_) ||
                     head.has_token("If-None-Match", "W/" + tag_) ||
                     head.has_token("If-None-Match", "*");
  Response answer(known ? 304 : 200);
  if (!known) answer.body(document_, kJsonType);
  return std::move(answer).header("ETag", tag_).header("Cache-Control", "no-cache");
}

Response OpenApiPages::docs() const {
  std::string page(kDocsPage);
  const std::string url = relative_to(settings_.docs_path, settings_.path);
  replace_all(page, "OPENAPI_URL", escape_attribute(url));
  std::string policy = "default-src 'none'; base-uri 'none'; form-action 'none'; ";
  policy += "frame-ancestors 'none'; img-src data:; connect-src 'self'";
  for (const std::string& server : settings_.servers) {
    if (server.find("://") != std::string::npos) policy.append(" ").append(server);
  }
  policy += "; script-src " + policy_hash(kDocsScriptHash);
  policy += "; style-src " + policy_hash(kDocsStyleHash);
  return Response()
      .html(std::move(page))
      .header("Content-Security-Policy", policy)
      .header("X-Content-Type-Options", "nosniff")
      .header("Cache-Control", "no-cache");
}

}  // namespace svc
