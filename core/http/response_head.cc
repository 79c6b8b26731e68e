// The answer's head while a handler fills it: ResponseHead of message.h.
#include <stdexcept>

#include "core/http/chars.h"
#include "core/http/field_check.h"
#include "core/http/message.h"

namespace svc {
namespace {

// Calls visit(line, name, value) for each "Name: value\r\n" of `encoded`, until it returns false.
template <class Visit>
void each_line(std::string_view encoded, Visit visit) {
  for (size_t at = 0; at < encoded.size();) {
    const size_t end = encoded.find('\n', at) + 1;
    const std::string_view line = encoded.substr(at, end - at);
    const size_t colon = line.find(':');
    const std::string_view value = line.substr(colon + 2, line.size() - colon - 4);
    if (!visit(line, line.substr(0, colon), value)) return;
    at = end;
  }
}

}  // namespace

void check_field(std::string_view name, std::string_view value) {
  if (!is_token(name)) {
    throw std::invalid_argument("response field name is not a token: \"" + std::string(name) +
                                "\"");
  }
  if (!all_chars(value, kValueChar)) {
    throw std::invalid_argument("response field " + std::string(name) +
                                " has a control character in its value");
  }
  for (const std::string_view owned :
       {"Date", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive"}) {
    if (iequals(name, owned)) {
      throw std::invalid_argument("response field " + std::string(owned) +
                                  " is set by the server itself");
    }
  }
}

ResponseHead& ResponseHead::add(std::string_view name, std::string_view value) {
  value = trim(value);
  check_field(name, value);
  others_.reserve(others_.size() + name.size() + value.size() + 4);
  others_.append(name).append(": ").append(value).append("\r\n");
  return *this;
}

ResponseHead& ResponseHead::remove(std::string_view name) {
  const auto others_of = [name](std::string_view encoded) {
    std::string kept;
    each_line(encoded, [&](std::string_view line, std::string_view line_name, std::string_view) {
      if (!iequals(line_name, name)) kept.append(line);
      return true;
    });
    return kept;
  };
  if (!first_.empty() && others_of(first_).empty()) first_ = {};
  others_ = others_of(others_);
  return *this;
}

ResponseHead& ResponseHead::set(std::string_view name, std::string_view value) {
  check_field(name, trim(value));
  const std::string kept_value(value);  // It may be a view of what is about to be erased.
  const std::string kept_name(name);
  return remove(kept_name).add(kept_name, kept_value);
}

std::optional<std::string_view> ResponseHead::get(std::string_view name) const noexcept {
  std::optional<std::string_view> found;
  const auto look = [&](std::string_view, std::string_view line_name, std::string_view value) {
    if (iequals(line_name, name)) found = value;
    return !found;
  };
  each_line(first_, look);
  if (!found) each_line(others_, look);
  return found;
}

}  // namespace svc
