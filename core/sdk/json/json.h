// json.h — JSON text to C++ values and back, for use outside of parameters and results.
//
//   struct Point { double x; double y; };
//   std::string text = svc::to_json(Point{1, 2});     // {"x":1.0,"y":2.0}
//   auto point = svc::from_json<Point>(text);         // throws Problem 400 or 422
#pragma once

#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/sdk/issues.h"
#include "core/sdk/json/read_json.h"
#include "core/sdk/json/write_json.h"
#include "core/sdk/types/types.h"

namespace svc {

template <class T>
std::string to_json(const T& value) {
  std::string out;
  append_json(out, type_info<T>(), &value);
  return out;
}

// Into `out`, a default-constructed value. An error: `text` is no JSON. Issues: it is not a T.
template <class T>
Result<> from_json(std::string_view text, T& out, Issues& issues) {
  return read_json(text, type_info<T>(), &out, InputPlace::of("body"), issues);
}

namespace detail {
SVC_API void read_json_or_throw(std::string_view text, const TypeInfo& type, void* out);
}

template <class T>
T from_json(std::string_view text) {
  T out{};
  detail::read_json_or_throw(text, type_info<T>(), &out);
  return out;
}

}  // namespace svc
