#include "core/process/slots.h"

#include <algorithm>

#include "core/base/check.h"

namespace svc {

std::optional<size_t> Slots::take(const std::string& service) {
  const auto find = [this](const std::string& owner) {
    return std::find_if(entries_.begin(), entries_.end(), [&owner](const Entry& entry) {
      return !entry.taken && entry.service == owner;
    });
  };
  auto found = find(service);
  if (found == entries_.end()) found = find("");
  if (found == entries_.end()) return std::nullopt;
  *found = {service, true};
  return static_cast<size_t>(found - entries_.begin());
}

void Slots::give_back(size_t slot) noexcept {
  SVC_CHECK(slot < entries_.size() && entries_[slot].taken);
  entries_[slot].taken = false;
}

size_t Slots::free_for(const std::string& service) const noexcept {
  return static_cast<size_t>(
      std::count_if(entries_.begin(), entries_.end(), [&service](const Entry& entry) {
        return !entry.taken && (entry.service.empty() || entry.service == service);
      }));
}

std::vector<size_t> Slots::slots_of(const std::string& service) const {
  std::vector<size_t> slots;
  for (size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].service == service) slots.push_back(i);
  return slots;
}

}  // namespace svc
