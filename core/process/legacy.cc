#include "core/process/legacy.h"

#include <fmt/core.h>

#include <set>

#include "core/base/log.h"
#include "core/base/packet.h"
#include "core/process/estate.h"

namespace svc {
namespace {

std::string store_name(const std::string& service) {
  return fmt::format("{}{}", kStorePrefix, service);
}

// Every address that is configured, or that a living generation of the service serves.
std::set<Listeners::Key> keys_of(const MasterState& master, const std::string& name,
                                 const Service& service) {
  std::set<Listeners::Key> keys;
  if (const auto config = master.config.services.find(name); config != master.config.services.end())
    for (auto& key : Listeners::keys_of(config->second)) keys.insert(std::move(key));
  for (const auto& [number, generation] : service.generations)
    for (auto& key : Listeners::keys_of(generation->config)) keys.insert(std::move(key));
  return keys;
}

}  // namespace

Result<> make_estate(Service& service) {
  if (!service.hand_over.first) {
    SVC_TRY(service.hand_over, make_packet_pair());
  }
  if (!service.store) {
    SVC_TRY(service.store, FdStore::create());
  }
  return {};
}

Result<> make_regions(Service& service, Generation& generation) {
  if (!generation.regions.empty()) return {};
  ServiceRegions kept = service.regions;
  for (const auto& [number, other] : service.generations)
    kept.insert(kept.end(), other->regions.begin(), other->regions.end());
  SVC_TRY(generation.regions, regions_for(generation.config, kept));
  service.regions = generation.regions;
  ++service.regions_version;
  return {};
}

Legacy::Versions Legacy::versions_of(const Service& service) const {
  return {master_.listeners.version(),   master_.slots.version(),
          service.last_generation,       master_.promotions,
          service.regions_version,       service.generations.size(),
          master_.lives.readers().size()};
}

void Legacy::look() {
  if (paused_) return;
  for (auto& [name, service] : master_.services) {
    if (!service.store || !service.hand_over.first) continue;  // Not before there is a worker.
    const Versions now = versions_of(service);
    const auto [known, is_new] = put_.try_emplace(name);
    if (!is_new && known->second == now) continue;
    known->second = now;
    put(name, service);
    if (is_new) notifier_.keep(store_name(name), service.store.reader());
  }
}

void Legacy::put(const std::string& name, Service& service) {
  EstateText text;
  text.service = name;
  text.born_ns = static_cast<uint64_t>(master_.started.time_since_epoch().count());
  text.generation = service.last_generation;
  text.promotions = master_.promotions;
  text.slots = master_.slots.slots_of(name);
  text.busy = master_.slots.taken_by(name);
  const std::vector<int> lives = master_.lives.readers();
  text.lives = lives.size();
  std::vector<int> descriptors = {service.store.writer(), master_.board.descriptor(),
                                  master_.orphans.get(), service.hand_over.first.get(),
                                  service.hand_over.second.get()};
  descriptors.insert(descriptors.end(), lives.begin(), lives.end());
  for (const ServiceRegion& region : service.regions) {
    text.regions.push_back({region.name, region.size});
    descriptors.push_back(region.memfd->get());
  }
  for (const Listeners::Key& key : keys_of(master_, name, service)) {
    const Listener* listener = master_.listeners.find(key);
    if (listener == nullptr) continue;  // Retired by now.
    text.addresses.push_back({key, listener->record(), listener->sockets()});
    for (size_t i = 0; i < listener->sockets(); ++i)
      descriptors.push_back(listener->socket_for(i).fd);
  }
  if (auto stored = service.store.put(text.write(), descriptors); !stored)
    log::warn("service {}: should the master die, its successor won't find all: {}", name,
              stored.error().text);
}

void Legacy::drop(const std::string& name, FdStore& store) {
  store.clear();
  notifier_.keep_no_longer(store_name(name));
}

void Legacy::forget(const std::string& service) {
  const auto found = master_.services.find(service);
  if (found != master_.services.end() && found->second.store) drop(service, found->second.store);
  put_.erase(service);
}

void Legacy::settle() {
  for (auto& [name, store] : master_.unclaimed) drop(name, store);
  master_.unclaimed.clear();
}

void Legacy::give_up() {
  settle();
  for (auto& [name, service] : master_.services)
    if (service.store) drop(name, service.store);
  put_.clear();
  paused_ = true;
}

}  // namespace svc
