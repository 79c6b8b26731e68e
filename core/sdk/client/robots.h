// robots.h — what a site lets programs fetch: robots.txt, RFC 9309.
//
// Parsed once per site, asked for each URL. The longest matching rule wins, Allow on a tie; groups
// that name our product token are taken together, "*" only if none does. What is no User-agent,
// Allow or Disallow line is passed over and interferes with nothing.
//
// Pure. Who fetches and keeps it: politeness.h.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace svc {

class RobotsRules {
 public:
  static constexpr size_t kTextMax = 500 * 1024;  // RFC 9309 2.5: at least so much is parsed.
  static constexpr size_t kRulesMax = 10'000;

  static RobotsRules allow_all() { return {}; }
  static RobotsRules disallow_all();  // 2.3.1.4: a site that can't say allows nothing.
  // `agent` is our product token ("examplebot"), without a version.
  static RobotsRules parse(std::string_view text, std::string_view agent);

  // `target` is path and query, as it is requested. /robots.txt itself is always allowed.
  bool allows(std::string_view target) const;
  size_t size() const noexcept { return rules_.size(); }

 private:
  struct Rule {
    std::string pattern;  // Normalised; '*' and a final '$' are special.
    bool allow = false;
  };

  std::vector<Rule> rules_;
};

}  // namespace svc
