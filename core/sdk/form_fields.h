// form_fields.h — the body of a form as a list of names with values or files, whichever way it was
// encoded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/sdk/form.h"

namespace svc {

struct FormField {
  std::string name;
  bool is_file = false;
  std::string value{};  // Of what is no file.
  Upload file{};
};

inline constexpr size_t kFormFieldsMax = 1000;

// Decodes `body`. `content_type` may be empty where the body is. Throws Problem 415 for another
// media type, or a charset that is not UTF-8; 400 for what can't be read.
std::vector<FormField> parse_form(std::string_view content_type, std::string_view body);

}  // namespace svc
