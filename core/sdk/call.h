// call.h — one run of one handler: takes its parameters out of the request, sends its result.
//
// Why apart from handler.h: that is a template which every service file compiles, this is not. A
// parameter is its address and its TypeInfo here.
//
// Threads: all of it in the request's fiber; only the handler itself may run in the pool (perform).
#pragma once

#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/http/application.h"
#include "core/http/router.h"
#include "core/sdk/context.h"
#include "core/sdk/function_ref.h"
#include "core/sdk/issues.h"
#include "core/sdk/request.h"
#include "core/sdk/response.h"
#include "core/sdk/stream.h"
#include "core/sdk/types/type_info.h"

namespace svc {

class App;
class Route;

class SVC_API Call {
 public:
  Call(App& app, const Route& route, Exchange& exchange, const PathParameters& path);

  Context& context() noexcept { return context_; }
  Request& request() noexcept { return request_; }
  Stream& stream() noexcept { return stream_; }
  BodyStream& body_stream() noexcept { return body_stream_; }
  std::string_view body() const noexcept { return exchange_.body(); }

  std::string_view encoded_path(size_t placeholder) const noexcept;

  // Each fills a default-constructed value; violations are collected, syntax errors thrown as
  // Problem 400, another media type as 415.
  void read_path(size_t placeholder, const TypeInfo& type, void* out);
  void read_json_body(const TypeInfo& type, void* out);
  void read_query(const TypeInfo& object, void* out);
  void read_query_param(std::string_view name, const TypeInfo& type, void* out);
  void read_header(std::string_view name, const TypeInfo& type, void* out);
  void read_cookie(std::string_view name, const TypeInfo& type, void* out);
  void check();  // Throws Problem 422 with all violations, if there are any.

  // Runs the handler: here, or in the pool where the route says so.
  void perform(FunctionRef handler);

  void answer(Response&& response);
  void answer_json(const TypeInfo& type, const void* value, int status = 200,
                   const std::string& location = {});
  void answer_text(std::string&& text);
  void answer_empty(int status);  // 204
  void answer_redirect(int status, std::string_view location);
  [[noreturn]] void answer_absent();  // An empty std::optional: Problem 404.
  void end_stream() { stream_.finish(); }

 private:
  template <class Each, class Same>
  void read_named(std::string_view name, const TypeInfo& type, void* out, const InputPlace& place,
                  Each&& each, Same&& same);

  const Route& route_;
  Exchange& exchange_;
  const PathParameters& path_;
  Request request_;
  Context context_;
  Stream stream_;
  BodyStream body_stream_;
  Issues issues_;
};

}  // namespace svc
