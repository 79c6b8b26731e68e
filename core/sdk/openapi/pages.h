// pages.h — /openapi.json and /docs of a service, as answers.
//
// The document is printed at the first request for it and kept: routes don't change once sealed.
// Thread: the worker's loop.
#pragma once

#include <string>
#include <string_view>

#include "core/http/message.h"
#include "core/sdk/openapi/openapi.h"
#include "core/sdk/response.h"
#include "core/sdk/scope.h"

namespace svc {

class OpenApiPages {
 public:
  void configure(OpenApi settings) { settings_ = std::move(settings); }
  void set_version(std::string_view version) { version_ = version; }  // Of the module.

  // A route of exactly our path is the service's own page in place of ours. What is served comes
  // before routes that would take the path by a placeholder, as every static path does.
  void seal(const RouteTable& table);
  bool take(const RequestHead& head) const noexcept;
  Response answer(const RequestHead& head, const RouteTable& table);  // REQUIRES: take(head).

 private:
  Response document(const RequestHead& head, const RouteTable& table);
  Response docs() const;

  OpenApi settings_;
  std::string version_ = "0";
  std::string document_, tag_;
  bool serves_document_ = false;  // From seal() on.
  bool serves_docs_ = false;
};

}  // namespace svc
