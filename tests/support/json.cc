#include "tests/support/json.h"

#include <simdjson.h>

namespace svc::testing {
namespace {

// Each look-up parses anew: tests are short and nothing must outlive its text.
template <class T, class Read>
T look(std::string_view json, std::string_view pointer, T missing, Read read) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(simdjson::padded_string(json)).get(root) != simdjson::SUCCESS) return missing;
  simdjson::dom::element found;
  if (pointer.empty())
    found = root;
  else if (root.at_pointer(pointer).get(found) != simdjson::SUCCESS)
    return missing;
  return read(found);
}

}  // namespace

bool is_json(std::string_view text) {
  return look(text, "", false, [](simdjson::dom::element) { return true; });
}

std::optional<std::string> json_text(std::string_view json, std::string_view pointer) {
  return look(json, pointer, std::optional<std::string>(), [](simdjson::dom::element found) {
    std::string_view text;
    if (found.get(text) != simdjson::SUCCESS) return std::optional<std::string>();
    return std::optional<std::string>(text);
  });
}

std::optional<int64_t> json_number(std::string_view json, std::string_view pointer) {
  return look(json, pointer, std::optional<int64_t>(), [](simdjson::dom::element found) {
    int64_t number = 0;
    if (found.get(number) != simdjson::SUCCESS) return std::optional<int64_t>();
    return std::optional<int64_t>(number);
  });
}

size_t json_size(std::string_view json, std::string_view pointer) {
  return look(json, pointer, size_t{0}, [](simdjson::dom::element found) {
    simdjson::dom::array array;
    return found.get(array) == simdjson::SUCCESS ? array.size() : 0;
  });
}

std::string json_raw(std::string_view json, std::string_view pointer) {
  return look(json, pointer, std::string(),
              [](simdjson::dom::element found) { return std::string(simdjson::minify(found)); });
}

}  // namespace svc::testing
