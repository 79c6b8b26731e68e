// request.h — the request as a handler reads it: method, path, fields, query, cookies, body.
//
// Views are valid until the handler returns. Threads: the handler's, whichever that is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/api.h"
#include "core/http/application.h"
#include "core/http/message.h"

namespace svc {

class SVC_API Request {
 public:
  explicit Request(Exchange& exchange) noexcept : exchange_(exchange) {}
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  std::string_view method() const noexcept;  // "GET", as received.
  std::string_view target() const noexcept;  // As received: path and query, or a whole URL.
  std::string_view path() const noexcept;    // Without the query, still percent-encoded.
  std::string_view query_string() const noexcept;
  std::string_view http_version() const noexcept;  // "1.1", "1.0"
  // Of the target or the Host field, or what a trusted proxy says that the client wrote there.
  std::string_view host() const noexcept;
  std::string_view scheme() const noexcept;  // "http", or "https" behind a proxy that ends TLS.
  bool secure() const noexcept { return scheme() == "https"; }
  // Where the client thinks it is: "https://shop.example:8443"; "" if there is no host.
  std::string origin() const;
  // The client: "127.0.0.1:40312", "[::1]:40312", "unix:". With [service.X.proxy] trusted, whom the
  // proxy speaks for, with port 0 if it doesn't tell that; from others such fields mean nothing.
  std::string peer() const;
  std::string connection_peer() const;  // Who has connected: peer(), or the nearest proxy.
  const RequestHead& head() const noexcept { return exchange_.head(); }

  std::optional<std::string_view> header(std::string_view name) const noexcept;  // The first one.
  // All fields of that name, joined by ", " (RFC 9110 5.3); nullopt if there is none.
  std::optional<std::string> headers(std::string_view name) const;
  std::optional<std::string_view> cookie(std::string_view name) const noexcept;

  // The query's pairs, decoded, in their order; more than 1000 throw Problem 400. Parsed once.
  const std::vector<std::pair<std::string, std::string>>& query() const;
  std::optional<std::string_view> query(std::string_view name) const;  // The first of that name.

  // The whole body. Empty where the handler takes a BodyStream&: it is read from there.
  std::string_view body() const noexcept { return exchange_.body(); }

 private:
  Exchange& exchange_;
  mutable std::optional<std::vector<std::pair<std::string, std::string>>> query_;
};

// "https://shop.example:8443": the port only where it is told and not the scheme's own.
SVC_API std::string origin_text(const ClientOrigin& seen);
// "application/json; charset=utf-8" is `type` "application/json"; case doesn't matter.
SVC_API bool is_media_type(std::string_view content_type, std::string_view type) noexcept;
// application/json, or what ends in +json (RFC 6839).
SVC_API bool is_json_type(std::string_view content_type) noexcept;
// The value of `name` in one Cookie field (RFC 6265 5.4), without quotes.
SVC_API std::optional<std::string_view> find_cookie(std::string_view field,
                                                    std::string_view name) noexcept;

}  // namespace svc
