#include "core/http/client/name_cache.h"

#include <algorithm>

namespace svc {

const NameAnswer* NameCache::find(const std::string& host, Instant now) {
  const auto found = names_.find(host);
  if (found == names_.end()) return nullptr;
  if (found->second.until > now) return &found->second.answer;
  names_.erase(found);
  return nullptr;
}

void NameCache::keep(const std::string& host, NameAnswer answer, Instant until, Instant now) {
  if (until <= now || names_max_ == 0) return;
  if (names_.size() >= names_max_ && !names_.contains(host)) make_room(now);
  names_.insert_or_assign(host, Entry{std::move(answer), until});
}

// A walk over all of them, but only when there are as many as there may be.
void NameCache::make_room(Instant now) {
  std::erase_if(names_, [now](const auto& name) { return name.second.until <= now; });
  if (names_.size() < names_max_) return;
  names_.erase(
      std::ranges::min_element(names_, {}, [](const auto& name) { return name.second.until; }));
}

}  // namespace svc
