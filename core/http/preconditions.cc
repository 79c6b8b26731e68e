#include "core/http/preconditions.h"

#include "core/http/chars.h"
#include "core/http/http_date.h"

namespace svc {
namespace {

constexpr std::string_view kWeak = "W/";

bool is_weak(std::string_view etag) noexcept { return etag.starts_with(kWeak); }

std::string_view opaque(std::string_view etag) noexcept {
  return is_weak(etag) ? etag.substr(kWeak.size()) : etag;
}

bool is_etag_char(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x21 || (byte >= 0x23 && byte != 0x7f);
}

// The length of the entity tag that `text` begins with; 0: none.
size_t etag_length(std::string_view text) noexcept {
  size_t at = is_weak(text) ? kWeak.size() : 0;
  if (at >= text.size() || text[at] != '"') return 0;
  while (++at < text.size() && is_etag_char(text[at])) {
  }
  return at < text.size() && text[at] == '"' ? at + 1 : 0;
}

enum class Compare : uint8_t { strong, weak };

// RFC 9110 8.8.3.2.
bool same(std::string_view a, std::string_view b, Compare how) noexcept {
  if (a.empty() || b.empty() || opaque(a) != opaque(b)) return false;
  return how == Compare::weak || (!is_weak(a) && !is_weak(b));
}

// Whether one of a list of entity tags is `etag`. What follows a syntax error is not looked at.
bool list_has(std::string_view list, std::string_view etag, Compare how) noexcept {
  for (;;) {
    while (!list.empty() && (is_space(list.front()) || list.front() == ',')) list.remove_prefix(1);
    const size_t length = etag_length(list);
    if (length == 0) return false;
    if (same(list.substr(0, length), etag, how)) return true;
    list.remove_prefix(length);
  }
}

// Over all lines of that name.
bool matches(const RequestHead& request, std::string_view name, const Validators& now_is,
             Compare how) noexcept {
  for (const HeaderField& field : request.headers) {
    if (!iequals(field.name, name)) continue;
    if (field.value == "*" ? now_is.exists : list_has(field.value, now_is.etag, how)) return true;
  }
  return false;
}

std::optional<int64_t> date_of(const RequestHead& request, std::string_view name,
                               int64_t now_s) noexcept {
  if (request.count(name) != 1) return std::nullopt;     // A list is no date: ignored, as one that
  return parse_http_date(*request.header(name), now_s);  // can't be read.
}

bool is_read(const RequestHead& request) noexcept {
  return request.method == Method::get || request.method == Method::head;
}

bool client_may_act(const RequestHead& request, const Validators& now_is, int64_t now_s) noexcept {
  if (request.header("If-Match")) return matches(request, "If-Match", now_is, Compare::strong);
  const auto since = date_of(request, "If-Unmodified-Since", now_s);
  return !since || !now_is.modified_s || *now_is.modified_s <= *since;
}

bool client_has_it(const RequestHead& request, const Validators& now_is, int64_t now_s) noexcept {
  if (request.header("If-None-Match")) {
    return matches(request, "If-None-Match", now_is, Compare::weak);
  }
  if (!is_read(request)) return false;
  const auto since = date_of(request, "If-Modified-Since", now_s);
  return since && now_is.modified_s && *now_is.modified_s <= *since;
}

}  // namespace

bool is_etag(std::string_view text) noexcept {
  return !text.empty() && etag_length(text) == text.size();
}

Precondition check_preconditions(const RequestHead& request, const Validators& now_is,
                                 int64_t now_s) noexcept {
  if (!client_may_act(request, now_is, now_s)) return Precondition::failed;
  if (!client_has_it(request, now_is, now_s)) return Precondition::holds;
  return is_read(request) ? Precondition::not_modified : Precondition::failed;
}

bool range_still_fits(const RequestHead& request, const Validators& now_is,
                      int64_t now_s) noexcept {
  const auto field = request.header("If-Range");
  if (!field) return true;
  if (request.count("If-Range") != 1) return false;
  if (etag_length(*field) == field->size()) return same(*field, now_is.etag, Compare::strong);
  // A second in which it may have changed twice tells nothing (RFC 9110 8.8.2.2).
  const auto since = parse_http_date(*field, now_s);
  return since && now_is.modified_s && *since == *now_is.modified_s && *since < now_s;
}

}  // namespace svc
