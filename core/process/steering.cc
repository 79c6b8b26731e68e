#include "core/process/steering.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "core/base/check.h"
#include "core/base/log.h"

namespace svc {
namespace {

// The queues of worker `away` are, or are no longer, worker `keeper`'s to empty.
void tell(MasterState& master, Pool& pool, const std::string& service, uint32_t away,
          uint32_t keeper, ChannelKind kind) {
  ServiceFacts* facts = master.facts.service(service);
  const WorkerSet* set = facts != nullptr ? facts->set_in(SetRole::serving) : nullptr;
  const auto config = master.config.services.find(service);
  if (set == nullptr || config == master.config.services.end()) return;
  const size_t workers = wanted_workers(*set);
  if (away >= workers) return;
  std::vector<int> descriptors;
  for (const Listeners::Queue& queue : master.listeners.queues_of(config->second, away, workers))
    descriptors.push_back(master.listeners.descriptor_of(queue));
  pool.tell(service, keeper, kind, descriptors);
}

void let_go(MasterState& master, Pool& pool, const std::string& service,
            const std::map<uint32_t, uint32_t>& next) {
  for (const auto& [away, keeper] : master.services.at(service).keepers) {
    const auto now = next.find(away);
    if (now == next.end() || now->second != keeper)
      tell(master, pool, service, away, keeper, ChannelKind::accept_no_longer);
  }
}

void set_program(MasterState& master, const std::string& service, const ServiceFacts& facts) {
  const WorkerSet* set = facts.set_in(SetRole::serving);
  const auto config = master.config.services.find(service);
  if (set == nullptr || config == master.config.services.end()) return;
  master.listeners.steer(config->second, wanted_workers(*set),
                         {facts.away.begin(), facts.away.end()});
}

}  // namespace

std::map<uint32_t, uint32_t> keepers_of(size_t workers, const std::vector<uint32_t>& away) {
  const auto is_away = [&](size_t index) {
    return std::binary_search(away.begin(), away.end(), static_cast<uint32_t>(index));
  };
  SVC_CHECK(away.size() < workers);
  std::map<uint32_t, uint32_t> keepers;
  for (const uint32_t index : away) {
    size_t keeper = (index + 1) % workers;
    while (is_away(keeper)) keeper = (keeper + 1) % workers;
    keepers[index] = static_cast<uint32_t>(keeper);
  }
  return keepers;
}

void steer(MasterState& master, Pool& pool, const Steer& action) {
  ServiceFacts* facts = master.facts.service(action.service);
  SVC_CHECK(facts != nullptr && facts->set_in(SetRole::serving) != nullptr);
  Service& service = master.services.at(action.service);
  const auto next = keepers_of(wanted_workers(*facts->set_in(SetRole::serving)), action.away);
  if (action.nobody)
    log::warn("{}: none of its workers can take connections; new ones wait", action.service);
  else if (action.away.empty())
    log::info("{}: every worker gets connections again", action.service);
  else
    log::warn("{}: new connections pass by worker {}, who can't take them", action.service,
              fmt::join(action.away, ", "));
  facts->unattended = action.nobody;
  if (action.away == facts->away) return;
  let_go(master, pool, action.service, next);
  facts->away = action.away;
  set_program(master, action.service, *facts);
  for (const auto& [away, keeper] : next) {
    const auto before = service.keepers.find(away);
    if (before == service.keepers.end() || before->second != keeper)
      tell(master, pool, action.service, away, keeper, ChannelKind::accept_also);
  }
  service.keepers = next;
  if (!action.away.empty()) pool.tell_all(action.service, ChannelKind::accept_anew);
}

void steer_anew(MasterState& master, Pool& pool, const std::string& service) {
  ServiceFacts* facts = master.facts.service(service);
  if (facts == nullptr) return;
  let_go(master, pool, service, {});
  master.services.at(service).keepers.clear();
  facts->away.clear();
  facts->unattended = false;
  set_program(master, service, *facts);
}

void brief_keeper(MasterState& master, Pool& pool, const std::string& service, uint32_t index) {
  for (const auto& [away, keeper] : master.services.at(service).keepers)
    if (keeper == index) tell(master, pool, service, away, keeper, ChannelKind::accept_also);
}

}  // namespace svc
