// answers.h — what an operation may answer: its result, and every error that its route can give.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/sdk/route.h"

namespace svc {

struct OpenApiAnswer {
  enum class Shape : uint8_t { nothing, value, problem, issues };
  struct Content {
    std::string media_type;
    const TypeInfo* type = nullptr;  // nullptr: any.
  };
  Shape shape = Shape::nothing;
  std::string description{};
  std::vector<Content> contents{};  // value
  bool location = false;
};

// The status of a svc::Redirect, which is known when it is made: "3XX" in the document.
inline constexpr int kSomeRedirection = 3;

// By status. Errors that on_error gives another shape have no schema: nobody knows it.
std::map<int, OpenApiAnswer> openapi_answers(const Route& route, bool takes_body);

}  // namespace svc
