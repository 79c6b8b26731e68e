// parameters.h — the types by which a handler asks for parts of a request.
//
//   app.get("/search", [](svc::QueryParam<"q"> q, svc::QueryParam<"page", svc::Default<int, 1>>
//   page,
//                         svc::Header<"Accept-Language", std::optional<std::string>> language)
//                         {…});
//
// Each behaves as a pointer to its value and converts to it. T is a scalar, a string, an enum, a
// constrained type, std::optional or svc::Default of these, or (query, header) a std::vector that
// takes all values of that name. Absent without optional or Default: 422.
#pragma once

#include <string>
#include <string_view>

#include "core/sdk/types/describe.h"

namespace svc {

class Context;

// All parameters of the query by name: the members of a struct.
template <class T>
struct Query {
  T value{};
  const T* operator->() const noexcept { return &value; }
  const T& operator*() const noexcept { return value; }
};

// The query's parameter of that name.
template <FixedString Name, class T = std::string>
struct QueryParam {
  T value{};
  const T* operator->() const noexcept { return &value; }
  const T& operator*() const noexcept { return value; }
  operator const T&() const noexcept { return value; }
};

// The header field of that name; case doesn't matter.
template <FixedString Name, class T = std::string>
struct Header {
  T value{};
  const T* operator->() const noexcept { return &value; }
  const T& operator*() const noexcept { return value; }
  operator const T&() const noexcept { return value; }
};

// The cookie of that name.
template <FixedString Name, class T = std::string>
struct Cookie {
  T value{};
  const T* operator->() const noexcept { return &value; }
  const T& operator*() const noexcept { return value; }
  operator const T&() const noexcept { return value; }
};

// The body as it came, of any media type. Valid until the handler returns.
struct Body {
  std::string_view bytes;
  std::string_view text() const noexcept { return bytes; }
  std::string str() const { return std::string(bytes); }
  size_t size() const noexcept { return bytes.size(); }
  bool empty() const noexcept { return bytes.empty(); }
  operator std::string_view() const noexcept { return bytes; }
};

// A placeholder's text as it came, still percent-encoded: the way to tell a%2Fb from a/b in a
// {rest...}, and to take bytes that are no text. Valid until the handler returns.
struct EncodedPath {
  std::string_view text;
};

// A type of your own as a parameter: specialise with `static T get(svc::Context&)`, which may
// throw svc::Problem (401, …).
template <class T>
struct from;

}  // namespace svc
