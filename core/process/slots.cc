#include "core/process/slots.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"

namespace svc {

std::optional<size_t> Slots::take(const std::string& service) {
  const auto find = [this](const std::string& owner) {
    return std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
      return !entry.taken && entry.service == owner && (!frozen_ || entry.known_taken);
    });
  };
  auto found = find(service);
  if (found == entries_.end()) found = find("");
  if (found == entries_.end()) return std::nullopt;
  ++version_;
  found->service = service;
  found->taken = true;
  return static_cast<size_t>(found - entries_.begin());
}

void Slots::give_back(size_t slot) noexcept {
  SVC_CHECK(slot < entries_.size() && entries_[slot].taken);
  ++version_;
  entries_[slot].taken = false;
}

size_t Slots::free_for(const std::string& service) const noexcept {
  return static_cast<size_t>(
      std::count_if(entries_.begin(), entries_.end(), [&service](const Entry& entry) {
        return !entry.taken && (entry.service.empty() || entry.service == service);
      }));
}

bool Slots::adopt(size_t slot, const std::string& service) {
  if (slot >= entries_.size()) return false;
  Entry& entry = entries_[slot];
  if (!entry.service.empty() && entry.service != service) return false;
  ++version_;
  entry.service = service;
  return true;
}

bool Slots::hold(size_t slot, const std::string& service) {
  if (slot >= entries_.size()) return false;
  Entry& entry = entries_[slot];
  if (entry.taken || entry.service != service) return false;
  ++version_;
  entry.taken = entry.held = true;
  return true;
}

void Slots::release_held() noexcept {
  ++version_;
  for (Entry& entry : entries_)
    if (std::exchange(entry.held, false)) entry.taken = false;
}

void Slots::freeze() noexcept {
  frozen_ = true;
  for (Entry& entry : entries_) entry.known_taken = entry.taken;
}

std::vector<size_t> Slots::taken_by(const std::string& service) const {
  std::vector<size_t> slots;
  for (size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].taken && entries_[i].service == service) slots.push_back(i);
  return slots;
}

std::vector<size_t> Slots::slots_of(const std::string& service) const {
  std::vector<size_t> slots;
  for (size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].service == service) slots.push_back(i);
  return slots;
}

}  // namespace svc
