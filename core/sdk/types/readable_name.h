// readable_name.h — the compiler's name of a type as a name for people, and for components of an
// OpenAPI document: letters, digits and '_'.
#pragma once

#include <string>
#include <string_view>

namespace svc {

// "Page<std::__cxx11::basic_string<char> >" → "Page_string", "Page<shop::Item>" → "Page_Item".
std::string readable_name(std::string_view compilers);

}  // namespace svc
