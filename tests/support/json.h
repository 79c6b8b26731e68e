// json.h — single values out of a JSON text, by JSON pointer (RFC 6901).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace svc::testing {

bool is_json(std::string_view text);
std::optional<std::string> json_text(std::string_view json, std::string_view pointer);
std::optional<int64_t> json_number(std::string_view json, std::string_view pointer);
size_t json_size(std::string_view json, std::string_view pointer);  // Of an array; 0 if it is none.
std::string json_raw(std::string_view json, std::string_view pointer);  // Minified; "" if absent.

}  // namespace svc::testing
