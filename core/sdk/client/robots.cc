#include "core/sdk/client/robots.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/http/chars.h"
#include "core/http/message.h"

namespace svc {
namespace {

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

void append_escaped(std::string& out, unsigned char byte) {
  out += '%';
  out += kHexDigits[byte >> 4];
  out += kHexDigits[byte & 15];
}

// One spelling for what means the same (RFC 9309 2.2.2): escapes of unreserved characters are
// decoded, others written in capitals, bytes beyond ASCII escaped. In a URL '*' and '$' are plain
// characters, which a pattern writes as escapes.
std::string normalised(std::string_view text, bool is_pattern) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '%' && i + 2 < text.size() && is_char(text[i + 1], kHexChar) &&
        is_char(text[i + 2], kHexChar)) {
      const int value = hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]);
      if (is_char(static_cast<char>(value), kUnreserved)) {
        out += static_cast<char>(value);
      } else {
        append_escaped(out, static_cast<unsigned char>(value));
      }
      i += 2;
    } else if (byte > 0x7e || byte <= 0x20 || (!is_pattern && (byte == '*' || byte == '$'))) {
      append_escaped(out, byte);
    } else {
      out += static_cast<char>(byte);
    }
  }
  return out;
}

// Each piece between the stars as far left as it goes: if any way fits, this one does.
bool matches(std::string_view pattern, std::string_view target) {
  const bool to_the_end = pattern.ends_with('$');
  if (to_the_end) pattern.remove_suffix(1);
  bool first = true;
  for (;;) {
    const size_t star = pattern.find('*');
    const std::string_view piece = pattern.substr(0, star);
    const bool last = star == pattern.npos;
    if (first) {
      if (!target.starts_with(piece)) return false;
      target.remove_prefix(piece.size());
      if (last) return !to_the_end || target.empty();
    } else if (last && to_the_end) {
      return target.ends_with(piece);
    } else {
      const size_t at = target.find(piece);
      if (at == target.npos) return false;
      target.remove_prefix(at + piece.size());
      if (last) return true;
    }
    pattern.remove_prefix(star + 1);
    first = false;
  }
}

struct RobotsLine {
  std::string_view key, value;
};

// Takes one line off `text`; without a colon its key is empty.
RobotsLine take_line(std::string_view& text) {
  const size_t end = std::min(text.find_first_of("\r\n"), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  line = line.substr(0, line.find('#'));
  const size_t colon = line.find(':');
  if (colon == line.npos) return {};
  return {trim(line.substr(0, colon)), trim(line.substr(colon + 1))};
}

// "ExampleBot/2.1 (+http://…)" names the product ExampleBot.
std::string_view product_of(std::string_view value) {
  const auto is_token = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  };
  const auto* const end = std::find_if_not(value.begin(), value.end(), is_token);
  return value.substr(0, static_cast<size_t>(end - value.begin()));
}

}  // namespace

RobotsRules RobotsRules::disallow_all() {
  RobotsRules rules;
  rules.rules_.push_back({"/", false});
  return rules;
}

RobotsRules RobotsRules::parse(std::string_view text, std::string_view agent) {
  RobotsRules mine, everyone;
  bool named = false;  // A group of ours was seen, be it empty.
  bool for_me = false, for_all = false;
  bool in_agents = false;  // The last record of the group's head was a User-agent line.
  text = text.substr(0, kTextMax);
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  while (!text.empty()) {
    const RobotsLine line = take_line(text);
    if (iequals(line.key, "user-agent")) {
      if (!std::exchange(in_agents, true)) for_me = for_all = false;
      if (line.value.starts_with('*')) for_all = true;
      if (!agent.empty() && iequals(product_of(line.value), agent)) named = for_me = true;
      continue;
    }
    const bool allow = iequals(line.key, "allow");
    if (!allow && !iequals(line.key, "disallow")) continue;
    in_agents = false;
    if (line.value.empty()) continue;  // Disallows nothing.
    for (const auto& [wanted, rules] : {std::pair(for_me, &mine), std::pair(for_all, &everyone)}) {
      if (wanted && rules->rules_.size() < kRulesMax)
        rules->rules_.push_back({normalised(line.value, true), allow});
    }
  }
  return named ? mine : everyone;
}

bool RobotsRules::allows(std::string_view target) const {
  if (target == "/robots.txt" || rules_.empty()) return true;
  const std::string path = normalised(target, false);
  size_t longest = 0;
  bool allowed = true;
  for (const Rule& rule : rules_) {
    const size_t length = rule.pattern.size();
    if (length < longest || (length == longest && !rule.allow)) continue;
    if (!matches(rule.pattern, path)) continue;
    longest = length;
    allowed = rule.allow;
  }
  return allowed;
}

}  // namespace svc
