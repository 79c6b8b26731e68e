#include "core/http/head_rules.h"

#include <limits>

#include "core/http/chars.h"
#include "core/http/target.h"

namespace svc {
namespace {

// What the lines of a head have said so far.
struct Facts {
  size_t hosts = 0;
  std::string_view host;
  size_t lengths = 0;
  bool transfer_encoding = false;
  bool chunked_last = false;
  bool unknown_coding = false;
  bool close = false;
  bool keep_alive = false;
  bool expect_continue = false;
  bool expect_other = false;
};

Refusal read_length(std::string_view value, uint64_t& length) noexcept {
  constexpr Refusal kBad = {400, "Content-Length is not one decimal number (RFC 9110 8.6)"};
  constexpr uint64_t kMax = std::numeric_limits<int64_t>::max();
  if (value.empty()) return kBad;
  length = 0;
  for (const char c : value) {
    if (c < '0' || c > '9') return kBad;  // Signs and lists, too: "5, 5" is refused like "5, 6".
    const auto digit = static_cast<uint64_t>(c - '0');
    if (length > (kMax - digit) / 10) {
      return {400, "Content-Length is too large a number (RFC 9110 8.6)"};
    }
    length = length * 10 + digit;
  }
  return {};
}

// RFC 9112 6.1, 7: of all codings only a single, final chunked can be served.
Refusal read_codings(std::string_view value, Facts& facts) noexcept {
  const bool valid = each_element(value, [&facts](std::string_view coding) {
    const size_t name_end = coding.find(';');
    const std::string_view name = trim(coding.substr(0, name_end));
    // Empty elements are no harm in other lists; in this one they serve nobody but smugglers.
    if (!is_token(name) || facts.chunked_last) return false;
    facts.chunked_last = iequals(name, "chunked");
    facts.unknown_coding |= !facts.chunked_last;
    return !facts.chunked_last || name_end == std::string_view::npos;  // chunked has no parameters.
  });
  if (!valid) return {400, "Transfer-Encoding is not a list that ends with chunked (RFC 9112 6.1)"};
  return {};
}

void read_connection(std::string_view value, Facts& facts) noexcept {
  each_element(value, [&facts](std::string_view option) {
    facts.close |= iequals(option, "close");
    facts.keep_alive |= iequals(option, "keep-alive");
    return true;
  });
}

void read_expect(std::string_view value, Facts& facts) noexcept {
  each_element(value, [&facts](std::string_view expectation) {
    if (expectation.empty()) return true;
    const bool known = iequals(expectation, "100-continue");
    facts.expect_continue |= known;
    facts.expect_other |= !known;
    return true;
  });
}

void read_te(std::string_view value, RequestHead& head) noexcept {
  each_element(value, [&head](std::string_view coding) {
    head.takes_trailers |= iequals(trim(coding.substr(0, coding.find(';'))), "trailers");
    return true;
  });
}

// Told apart by length first: nearly all fields are none of these.
Refusal read_field(const HeaderField& field, RequestHead& head, Facts& facts) noexcept {
  switch (field.name.size()) {
    case 2:
      if (iequals(field.name, "te")) read_te(field.value, head);
      break;
    case 4:
      if (iequals(field.name, "host")) {
        ++facts.hosts;
        facts.host = field.value;
      }
      break;
    case 6:
      if (iequals(field.name, "expect")) read_expect(field.value, facts);
      break;
    case 10:
      if (iequals(field.name, "connection")) read_connection(field.value, facts);
      break;
    case 14:
      if (iequals(field.name, "content-length")) {
        ++facts.lengths;
        return read_length(field.value, head.content_length);
      }
      break;
    case 17:
      if (iequals(field.name, "transfer-encoding")) {
        facts.transfer_encoding = true;
        return read_codings(field.value, facts);
      }
      break;
    default:
      break;
  }
  return {};
}

Refusal judge_host(RequestHead& head, const Facts& facts) noexcept {
  if (facts.hosts > 1) return {400, "more than one Host field (RFC 9112 3.2)"};
  if (facts.hosts == 0 && head.version_minor != 0) {
    return {400, "HTTP/1.1 without a Host field (RFC 9112 3.2)"};
  }
  // An empty one is what a client sends whose URI has no authority (RFC 9112 3.2, 3.3).
  if (!facts.host.empty() && !valid_authority(facts.host)) {
    return {400, "the Host field is not host [ \":\" port ] (RFC 9110 7.2)"};
  }
  if (head.authority.empty()) head.authority = facts.host;
  return {};
}

Refusal judge_framing(RequestHead& head, const Facts& facts) noexcept {
  head.framing = BodyFraming::none;
  if (facts.lengths > 1) return {400, "more than one Content-Length field (RFC 9112 6.3)"};
  if (!facts.transfer_encoding) {
    if (facts.lengths == 1) head.framing = BodyFraming::length;
    return {};
  }
  if (facts.lengths != 0) {
    return {400, "Content-Length together with Transfer-Encoding (RFC 9112 6.1)"};
  }
  if (head.version_minor == 0) {
    return {400, "Transfer-Encoding in an HTTP/1.0 request (RFC 9112 6.1)"};
  }
  if (!facts.chunked_last) {
    return {400, "chunked is not the final transfer coding (RFC 9112 6.3)"};
  }
  if (facts.unknown_coding) {
    return {501, "no transfer coding but chunked is implemented (RFC 9112 6.1)"};
  }
  head.framing = BodyFraming::chunked;
  return {};
}

}  // namespace

Refusal judge_fields(RequestHead& head) noexcept {
  Facts facts;
  head.content_length = 0;
  head.takes_trailers = false;
  head.name_sizes = 0;
  for (const HeaderField& field : head.headers) {
    head.name_sizes |= uint64_t{1} << field.name.size() % 64;
    if (const Refusal bad = read_field(field, head, facts)) return bad;
  }
  if (const Refusal bad = judge_host(head, facts)) return bad;
  if (const Refusal bad = judge_framing(head, facts)) return bad;

  // `close` wins over keep-alive, and HTTP/1.0 persists only if asked to (RFC 9112 9.3).
  head.keep_alive = !facts.close && (head.version_minor != 0 || facts.keep_alive);
  // HTTP/1.0 has no expectations (RFC 9110 10.1.1).
  if (head.version_minor == 0) return {};
  if (facts.expect_other) return {417, "the only expectation known is 100-continue"};
  head.expect_continue = facts.expect_continue && head.framing != BodyFraming::none;
  return {};
}

}  // namespace svc
