// route_notes.h — what is said about a route for those who call it: names, prose, examples, errors.
// The OpenAPI document shows it beside what the handler's type says.
#pragma once

#include <string>
#include <vector>

#include "core/sdk/types/type_info.h"

namespace svc {

struct RouteNotes {
  // An answer that the handler's type doesn't show.
  struct Answer {
    int status = 0;
    std::string description;
    const TypeInfo* type = nullptr;  // nullptr: an error a Problem, any other nothing.
    std::string media_type{};
  };

  std::string name;  // operationId; empty: made of method and path.
  std::string summary;
  std::string description;
  std::vector<std::string> tags;
  std::vector<Answer> answers;
  std::string request_example;   // JSON; empty: none.
  std::string response_example;  // JSON
  bool deprecated = false;
  bool hidden = false;
};

}  // namespace svc
