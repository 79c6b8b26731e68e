// inputs.h — what a request says beside its path and the form of its body, as typed values: query,
// header fields, cookies.
//
// Why apart from Call: what svc::from<T>::get takes is read where there is no handler yet, too, by
// a middleware that asks the context for a T. A parameter is its address and its TypeInfo here.
//
// Threads: the request's fiber.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/base/api.h"
#include "core/sdk/context.h"
#include "core/sdk/issues.h"
#include "core/sdk/types/type_info.h"

namespace svc {

class SVC_API Inputs {
 public:
  // REQUIRES: `context` outlives this object.
  explicit Inputs(Context& context) noexcept : context_(context) {}

  Context& context() const noexcept { return context_; }
  Request& request() const noexcept { return context_.request(); }
  std::string_view body() const noexcept { return request().body(); }

  // Each fills a default-constructed value; violations are collected.
  void read_query(const TypeInfo& object, void* out);
  void read_query_param(std::string_view name, const TypeInfo& type, void* out);
  void read_header(std::string_view name, const TypeInfo& type, void* out);
  void read_cookie(std::string_view name, const TypeInfo& type, void* out);

  size_t violations() const noexcept { return issues_.list().size(); }
  void check();  // Throws Problem 422 with all violations, if there are any.

 protected:
  Issues issues_;

 private:
  template <class Each, class Same>
  void read_named(std::string_view name, const TypeInfo& type, void* out, const InputPlace& place,
                  Each&& each, Same&& same);

  Context& context_;
};

}  // namespace svc
