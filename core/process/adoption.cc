#include "core/process/adoption.h"

#include <algorithm>

#include "core/base/log.h"
#include "core/base/sys.h"

namespace svc {
namespace {

bool is_same_file(int a, int b) {
  struct stat first {
  }, second{};
  return sys::fstat(a, &first) == 0 && sys::fstat(b, &second) == 0 &&
         first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

// Counters go on only in a board of our layout; others begin at zero.
void adopt_board(MasterState& master, std::vector<FoundEstate>& found) {
  for (FoundEstate& it : found) {
    const Fd copy(sys::dup_cloexec(it.estate.board.get()));
    auto board = Board::attach(std::move(it.estate.board));
    if (!board) {
      log::warn("service {}: {}; its counters begin anew", it.estate.text.service,
                board.error().text);
      continue;
    }
    master.board = std::move(*board);
    master.slots = Slots(master.board.slots());
    it.estate.board = Fd(sys::dup_cloexec(copy.get()));
    return;
  }
}

void adopt_slots(MasterState& master, const Estate& estate) {
  if (!is_same_file(master.board.descriptor(), estate.board.get())) return;
  const std::string& name = estate.text.service;
  for (const size_t slot : estate.text.slots)
    if (!master.slots.adopt(slot, name))
      log::warn("service {}: slot {} of the board is not its own", name, slot);
  for (const size_t slot : estate.text.busy) static_cast<void>(master.slots.hold(slot, name));
}

void adopt_one(MasterState& master, FoundEstate found) {
  Estate& estate = found.estate;
  const std::string& name = estate.text.service;
  adopt_slots(master, estate);
  for (Fd& life : estate.lives)
    if (auto added = master.lives.add(std::move(life)); !added)
      log::warn("service {}: {}", name, added.error().text);
  for (size_t i = 0; i < estate.sockets.size(); ++i)
    master.listeners.bequeath(estate.text.addresses[i].key,
                              {estate.text.addresses[i].record, std::move(estate.sockets[i])});
  master.promotions = std::max(master.promotions, estate.text.promotions);
  if (!master.orphans) master.orphans = std::move(estate.orphans);
  FdStore store(std::move(estate.reader), std::move(estate.writer));
  if (!master.config.services.contains(name)) {
    master.unclaimed.emplace_back(name, std::move(store));
    return;
  }
  Service& service = master.services[name];
  service.last_generation = estate.text.generation;
  service.store = std::move(store);
  if (!found.trusted) return;
  service.hand_over = std::move(estate.hand_over);
  for (size_t i = 0; i < estate.regions.size(); ++i)
    service.regions.push_back({estate.text.regions[i].name, estate.text.regions[i].size,
                               std::make_shared<const Fd>(std::move(estate.regions[i]))});
}

}  // namespace

bool adopt_estates(MasterState& master, std::vector<FoundEstate> found) {
  // The latest master's first; what was found first stays so. (std::stable_sort of libstdc++ 12
  // needs what clang calls deprecated.)
  const auto is_later = [](const FoundEstate& a, const FoundEstate& b) {
    return a.estate.text.born_ns > b.estate.text.born_ns;
  };
  for (auto it = found.begin(); it != found.end(); ++it)
    std::rotate(std::upper_bound(found.begin(), it, *it, is_later), it, std::next(it));
  adopt_board(master, found);
  std::vector<std::string> known;
  for (FoundEstate& it : found) {
    const std::string name = it.estate.text.service;
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    known.push_back(name);
    adopt_one(master, std::move(it));
  }
  if (known.empty()) return false;
  std::string names;
  for (const std::string& name : known) names += (names.empty() ? "" : ", ") + name;
  log::info("taking over from a former master: {}", names);
  return true;
}

}  // namespace svc
