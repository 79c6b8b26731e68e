#include "core/http/percent.h"

#include "core/http/chars.h"

namespace svc {
namespace {

// The byte that the escape at `at` stands for, or -1 if it is none.
int escaped_byte(std::string_view text, size_t at) noexcept {
  if (at + 2 >= text.size()) return -1;
  const int high = hex_value(text[at + 1]);
  const int low = hex_value(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

void append_escape(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kDigits[byte >> 4];
  out += kDigits[byte & 15];
}

std::string form_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const int byte = text[i] == '%' ? escaped_byte(text, i) : -1;
    if (byte >= 0) {
      decoded += static_cast<char>(byte);
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

}  // namespace

Result<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const int byte = escaped_byte(text, i);
    if (byte < 0) return Error::invalid("'%' without two hexadecimal digits after it");
    decoded += static_cast<char>(byte);
    i += 2;
  }
  return decoded;
}

std::string percent_encode(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (is_char(c, kUnreserved))
      encoded += c;
    else
      append_escape(encoded, c);
  }
  return encoded;
}

std::string percent_encode_reference(std::string_view text) {
  constexpr std::string_view kReserved = ":/?#[]@!$&'()*+,;=";  // RFC 3986 2.2
  std::string encoded;
  encoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    const bool control = byte < 0x20 || byte == 0x7f;
    const bool escape = c == '%' && escaped_byte(text, i) >= 0;
    if (control || escape || is_char(c, kUnreserved) || kReserved.find(c) != kReserved.npos)
      encoded += c;
    else
      append_escape(encoded, c);
  }
  return encoded;
}

Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query,
                                                                     size_t pairs_max) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!query.empty()) {
    const std::string_view piece = query.substr(0, query.find('&'));
    query.remove_prefix(piece.size() == query.size() ? piece.size() : piece.size() + 1);
    if (piece.empty()) continue;
    if (pairs.size() == pairs_max) {
      return Error::of(std::errc::value_too_large, "the query has too many parameters");
    }
    const size_t equals = piece.find('=');
    const bool bare = equals == std::string_view::npos;
    pairs.emplace_back(form_decode(piece.substr(0, equals)),
                       bare ? std::string() : form_decode(piece.substr(equals + 1)));
  }
  return pairs;
}

}  // namespace svc
