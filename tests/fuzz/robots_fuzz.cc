// Any text as a robots.txt: no crash, its bounds kept, and answers that don't depend on how its
// lines end; single patterns against a second matcher, which has all cells of a table for what the
// first one does from left to right.
//
// An input is a case of tests/corpus/robots: what is asked, a line "----", the file.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/check.h"
#include "core/sdk/client/robots.h"

using svc::RobotsRules;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr size_t kQuestionsMax = 8;

// RFC 9309 2.2.3. fits[j]: what has been read of the pattern takes the first j bytes of the target.
bool matches(std::string_view pattern, std::string_view target) {
  const bool to_the_end = pattern.ends_with('$');
  if (to_the_end) pattern.remove_suffix(1);
  std::vector<bool> fits(target.size() + 1, false);
  fits[0] = true;
  for (const char c : pattern) {
    std::vector<bool> next(target.size() + 1, false);
    bool before = false;
    for (size_t j = 0; j <= target.size(); ++j) {
      before = before || fits[j];
      next[j] = c == '*' ? before : j > 0 && fits[j - 1] && target[j - 1] == c;
    }
    fits = std::move(next);
  }
  if (to_the_end) return fits.back();
  return std::ranges::find(fits, true) != fits.end();
}

// What normalisation leaves as it is, so that a pattern can be compared as it is written.
bool is_plain(std::string_view text, std::string_view special) {
  return std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || c == '/' || special.find(c) != special.npos;
  });
}

void check_pattern(std::string_view pattern, std::string_view target) {
  if (pattern.empty() || !is_plain(pattern, "*$") || !is_plain(target, "?&")) return;
  const std::string deny = "User-agent: *\nDisallow: " + std::string(pattern) + "\n";
  const bool fits = matches(pattern, target);
  SVC_CHECK(RobotsRules::parse(deny, "bot").allows(target) == !fits);
  // On a tie Allow wins, in whichever order.
  const std::string allow = "Allow: " + std::string(pattern) + "\n";
  SVC_CHECK(RobotsRules::parse(deny + allow, "bot").allows(target));
  SVC_CHECK(RobotsRules::parse("User-agent: *\n" + allow + deny, "bot").allows(target));
}

std::string with_line_ends(std::string_view text, std::string_view end) {
  std::string out;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      out += end;
    } else {
      out += c;
    }
  }
  return out;
}

void check_file(std::string_view text, std::string_view agent, std::string_view target) {
  const RobotsRules rules = RobotsRules::parse(text, agent);
  SVC_CHECK(rules.size() <= RobotsRules::kRulesMax);
  SVC_CHECK(rules.allows("/robots.txt"));
  const bool allowed = rules.allows(target);
  for (const char* end : {"\r\n", "\r", "\n\n"}) {
    SVC_CHECK(RobotsRules::parse(with_line_ends(text, end), agent).allows(target) == allowed);
  }
  // What is no rule interferes with nothing.
  const std::string more = std::string(text) + "\nSitemap: /\nDisallow /\n: /\n# Disallow: /\n";
  SVC_CHECK(RobotsRules::parse(more, agent).size() == rules.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t mark = input.find("----\n");
  if (mark == input.npos) return 0;
  const std::string_view text = input.substr(mark + 5);
  std::istringstream questions{std::string(input.substr(0, mark))};
  std::string wanted, agent, target;
  for (size_t i = 0; i < kQuestionsMax && questions >> wanted >> agent >> target; ++i) {
    check_file(text, agent, target);
    check_pattern(wanted, target);
    check_pattern(agent, target);
  }
  return 0;
}
