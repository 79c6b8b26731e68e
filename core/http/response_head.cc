// The answer's head while a handler fills it: ResponseHead of message.h.
#include <algorithm>
#include <stdexcept>

#include "core/http/chars.h"
#include "core/http/field_check.h"
#include "core/http/line_scan.h"
#include "core/http/message.h"

namespace svc {
namespace {

constexpr size_t kUsualHead = 256;
constexpr std::string_view kOwned[] = {"Date", "Content-Length", "Transfer-Encoding", "Connection",
                                       "Keep-Alive"};

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

// Empty: there is none.
std::string_view line_of(std::string_view encoded, std::string_view name) noexcept {
  std::string_view found;
  each_line(encoded, [&](std::string_view line, std::string_view line_name, std::string_view) {
    if (iequals(line_name, name)) found = line;
    return found.empty();
  });
  return found;
}

// Name and value may be views of `encoded` itself.
void append_line(std::string& encoded, std::string_view name, std::string_view value) {
  constexpr std::string_view kAround = ": \r\n";
  const size_t size = encoded.size() + name.size() + value.size() + kAround.size();
  const bool fits = size <= encoded.capacity();
  std::string longer;
  if (!fits) {
    longer.reserve(std::max({size, kUsualHead, 2 * encoded.capacity()}));
    longer = encoded;
  }
  (fits ? encoded : longer).append(name).append(": ").append(value).append("\r\n");
  if (!fits) encoded.swap(longer);
}

}  // namespace

void check_field(std::string_view name, std::string_view value) {
  if (!is_token(name)) {
    throw std::invalid_argument("response field name is not a token: \"" + std::string(name) +
                                "\"");
  }
  if (!is_field_value(value)) {
    throw std::invalid_argument("response field " + std::string(name) +
                                " has a control character in its value");
  }
  for (const std::string_view owned : kOwned) {
    if (name.size() == owned.size() && iequals(name, owned)) {
      throw std::invalid_argument("response field " + std::string(owned) +
                                  " is set by the server itself");
    }
  }
}

ResponseHead& ResponseHead::add(std::string_view name, std::string_view value) {
  value = trim(value);
  check_field(name, value);
  append_line(others_, name, value);
  return *this;
}

ResponseHead& ResponseHead::remove(std::string_view name) {
  if (!line_of(first_, name).empty()) first_ = {};
  std::string_view line = line_of(others_, name);
  if (line.empty()) return *this;
  const std::string kept_name(name);  // It may be a view of what is erased.
  for (; !line.empty(); line = line_of(others_, kept_name)) {
    others_.erase(static_cast<size_t>(line.data() - others_.data()), line.size());
  }
  return *this;
}

ResponseHead& ResponseHead::set(std::string_view name, std::string_view value) {
  value = trim(value);
  check_field(name, value);
  if (line_of(first_, name).empty() && line_of(others_, name).empty()) {
    append_line(others_, name, value);
    return *this;
  }
  const std::string kept_name(name);
  const std::string kept_value(value);
  remove(kept_name);
  append_line(others_, kept_name, kept_value);
  return *this;
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

std::optional<std::string> ResponseHead::joined(std::string_view name) const {
  std::optional<std::string> list;
  for (const std::string_view encoded : {first_, std::string_view(others_)}) {
    each_line(encoded, [&](std::string_view, std::string_view line_name, std::string_view value) {
      if (iequals(line_name, name)) list = (list ? *list + ", " : "").append(value);
      return true;
    });
  }
  return list;
}

}  // namespace svc
