// form.h — what a browser's form sends, as a struct.
//
//   struct Profile { std::string name; std::optional<int> age; std::vector<svc::Upload> photos; };
//   app.post("/profile", [](svc::Form<Profile> in) { return in->name; });
//
// Both encodings are taken: application/x-www-form-urlencoded and multipart/form-data, the latter
// with files. The body is held in memory as a whole, up to http.body_max or the route's; larger
// files: svc::Multipart&.
//
// Members are what a svc::Query's can be, and svc::Upload, an optional or a vector of it. A value
// that is empty says nothing, as an input that was left empty: it is missing, or the default, but
// for texts; `on` is a checkbox's true. The struct's own check() is asked as in JSON.
#pragma once

#include <string>

#include "core/sdk/types/describe.h"

namespace svc {

// A file in a form.
struct Upload {
  std::string filename;      // As in svc::Part: good to show, no path.
  std::string content_type;  // What the client says.
  std::string content;
};

namespace detail {
template <>
struct Described<Upload> {
  static constexpr bool text_like = false;
  static constexpr TypeInfo info() {
    TypeInfo info = describe_struct<Upload>();
    info.is_upload = true;
    return info;
  }
};
}  // namespace detail

template <class T>
struct Form {
  T value{};
  const T* operator->() const noexcept { return &value; }
  const T& operator*() const noexcept { return value; }
  T* operator->() noexcept { return &value; }
  T& operator*() noexcept { return value; }
};

}  // namespace svc
