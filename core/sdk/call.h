// call.h — one run of one handler: takes its parameters out of the request (Inputs
// reads those that others read, too), sends its result.
//
// Why apart from handler.h: that is a template which every service file compiles, this is not. A
// parameter is its address and its TypeInfo here.
//
// Threads: all of it in the request's fiber; only the handler itself may run in the pool (perform).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/http/application.h"
#include "core/http/router.h"
#include "core/sdk/context.h"
#include "core/sdk/events.h"
#include "core/sdk/file.h"
#include "core/sdk/function_ref.h"
#include "core/sdk/inputs.h"
#include "core/sdk/multipart.h"
#include "core/sdk/request.h"
#include "core/sdk/response.h"
#include "core/sdk/stream.h"
#include "core/sdk/types/type_info.h"

namespace svc {

class App;
class Route;

class SVC_API Call : public Inputs {
 public:
  Call(App& app, const Route& route, Exchange& exchange, const PathParameters& path);

  Stream& stream() noexcept { return stream_; }
  BodyStream& body_stream() noexcept { return body_stream_; }
  void open_multipart() { multipart_.emplace(request_, body_stream_); }
  Multipart& multipart() noexcept { return *multipart_; }
  Events& events() noexcept { return *events_; }

  std::string_view encoded_path(size_t placeholder) const noexcept;

  // Each fills a default-constructed value; violations are collected, syntax errors thrown as
  // Problem 400, another media type as 415.
  void read_path(size_t placeholder, const TypeInfo& type, void* out);
  void read_json_body(const TypeInfo& type, void* out);
  void read_form_body(const TypeInfo& object, void* out);

  // Runs the handler: here, or in the pool where the route says so.
  void perform(FunctionRef handler);
  // The same for one that answers by events(), which has its end when the worker has.
  void perform_events(FunctionRef handler);

  void answer(Response&& response);
  void answer_file(File&& file);
  void answer_json(const TypeInfo& type, const void* value, int status = 200,
                   const std::string& location = {});
  void answer_text(std::string&& text);
  void answer_empty(int status);  // 204
  void answer_redirect(int status, std::string_view location);
  [[noreturn]] void answer_absent();  // An empty std::optional: Problem 404.
  void end_stream() { stream_.finish(); }

 private:
  const Route& route_;
  Exchange& exchange_;
  const PathParameters& path_;
  Request request_;
  Context its_context_;
  Stream stream_;
  BodyStream body_stream_;
  std::optional<Multipart> multipart_;
  std::optional<Events> events_;
};

}  // namespace svc
