#include "core/http/client/response_rules.h"

#include <charconv>
#include <limits>

#include "core/http/chars.h"

namespace svc {
namespace {

constexpr bool is_decimal(char c) noexcept { return c >= '0' && c <= '9'; }

// What the lines of an answer's head have said so far.
struct Said {
  size_t lengths = 0;
  size_t codings = 0;
  bool only_chunked = true;
  bool close = false;
  bool keep_alive = false;
};

// DIGITs alone, as far as an int64_t goes; signs, lists and blanks are no number.
bool read_number(std::string_view text, uint64_t& number) noexcept {
  if (text.empty() || !is_decimal(text.front())) return false;
  const char* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, number);
  return fault == std::errc{} && stop == end &&
         number <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
}

void read_options(std::string_view value, Said& said) noexcept {
  each_element(value, [&said](std::string_view option) {
    said.close |= iequals(option, "close");
    said.keep_alive |= iequals(option, "keep-alive");
    return true;
  });
}

// Keep-Alive: timeout=5, max=100 (no RFC has it, but most servers send it).
std::optional<uint32_t> keep_alive_seconds(std::string_view value) noexcept {
  static constexpr std::string_view kName = "timeout=";
  std::optional<uint32_t> found;
  each_element(value, [&found](std::string_view parameter) {
    uint64_t seconds = 0;
    if (!iequals(parameter.substr(0, kName.size()), kName)) return true;
    if (read_number(parameter.substr(kName.size()), seconds) && seconds <= 1'000'000) {
      found = static_cast<uint32_t>(seconds);
    }
    return true;
  });
  return found;
}

// Told apart by length first: nearly all fields are none of these.
Refusal read_meaning(const HeaderField& field, ReceivedHead& head, Said& said) noexcept {
  switch (field.name.size()) {
    case 10:
      if (iequals(field.name, "connection")) read_options(field.value, said);
      if (iequals(field.name, "keep-alive")) head.keep_alive_s = keep_alive_seconds(field.value);
      break;
    case 14:
      if (!iequals(field.name, "content-length")) break;
      ++said.lengths;
      if (!read_number(field.value, head.content_length)) {
        return {400, "Content-Length is not one decimal number (RFC 9110 8.6)"};
      }
      break;
    case 17:
      if (!iequals(field.name, "transfer-encoding")) break;
      ++said.codings;
      said.only_chunked &= iequals(field.value, "chunked");
      break;
    default:
      break;
  }
  return {};
}

Refusal judge_body(ReceivedHead& head, const Said& said) noexcept {
  if (said.lengths > 1) return {400, "more than one Content-Length field (RFC 9112 6.3)"};
  if (said.codings == 0) {
    if (said.lengths == 1) head.framing = BodyFraming::length;
    head.until_close = said.lengths == 0;
    return {};
  }
  if (said.lengths != 0) {
    return {400, "Content-Length together with Transfer-Encoding (RFC 9112 6.1)"};
  }
  if (head.version_minor == 0) {
    return {400, "Transfer-Encoding in an HTTP/1.0 answer (RFC 9112 6.1)"};
  }
  if (said.codings > 1 || !said.only_chunked) {
    return {400, "Transfer-Encoding is something else than chunked, once (RFC 9112 6.1)"};
  }
  head.framing = BodyFraming::chunked;
  return {};
}

}  // namespace

Refusal judge_status_line(std::string_view line, ReceivedHead& head) noexcept {
  constexpr Refusal kBad = {400, "the status line is not version, status, reason (RFC 9112 4)"};
  // "HTTP/1.1 200" is what some send who have no reason phrase; its space belongs there, but
  // nothing can be read in another way without it.
  if (line.size() < 12 || !is_decimal(line[7]) || line[8] != ' ') return kBad;
  if (!is_decimal(line[9]) || !is_decimal(line[10]) || !is_decimal(line[11])) return kBad;
  if (line.size() > 12 && line[12] != ' ') return kBad;
  head.version_minor = line[7] == '0' ? 0 : 1;
  head.status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
  if (head.status < 100) return {400, "the status is below 100 (RFC 9110 15)"};
  if (head.status == 101) {
    return {400, "it switches protocols, which nobody asked for (RFC 9110 15.2.2)"};
  }
  return {};
}

Refusal judge_response(ReceivedHead& head, bool bodiless) noexcept {
  Said said;
  for (const HeaderField& field : head.fields) {
    if (const Refusal bad = read_meaning(field, head, said)) return bad;
  }
  if (bodiless) {
    if (said.lengths > 1) return {400, "more than one Content-Length field (RFC 9112 6.3)"};
    head.content_length = 0;
  } else if (const Refusal bad = judge_body(head, said)) {
    return bad;
  }
  // `close` wins over keep-alive, and HTTP/1.0 persists only if it says so (RFC 9112 9.3). Chunks
  // announced where there can be none (204) may be sent all the same: nobody knows what is next.
  const bool chunks_nowhere = never_has_body(head.status) && said.codings != 0;
  head.keep_alive = !said.close && (head.version_minor != 0 || said.keep_alive) &&
                    !head.until_close && !chunks_nowhere;
  return {};
}

}  // namespace svc
