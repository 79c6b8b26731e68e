#include "core/process/listeners.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/base/check.h"
#include "core/base/log.h"
#include "core/process/credentials.h"
#include "core/process/fd_store.h"

namespace svc {
namespace {

Listeners::Key key_of(const ServiceConfig& service, const ListenEntry& entry) {
  const auto address = Address::parse(entry.address);
  if (!address) return entry.address;  // Refused when it is opened.
  if (!address->is_unix() && address->port() == 0) return service.name + " " + address->text();
  return address->text();
}

Result<ListenerOptions> options_of(const ServiceConfig& service, const ListenEntry& entry) {
  ListenerOptions options;
  options.reuseport = service.reuseport != Reuseport::off;
  options.backlog = static_cast<int>(service.backlog);
  options.mode = entry.mode;
  if (!entry.owner.empty()) {
    SVC_TRY(options.owner, find_user(entry.owner));
  }
  if (!entry.group.empty()) {
    SVC_TRY(options.group, find_group(entry.group));
  }
  return options;
}

}  // namespace

std::vector<Listeners::Key> Listeners::keys_of(const ServiceConfig& service) {
  std::vector<Key> keys;
  for (const ListenEntry& entry : service.listen) keys.push_back(key_of(service, entry));
  return keys;
}

Result<> Listeners::take_inherited() {
  SVC_TRY(inherited_, take_listen_fds());
  return {};
}

std::vector<InheritedSocket> Listeners::take_stores() {
  std::vector<InheritedSocket> stores;
  for (InheritedSocket& socket : inherited_)
    if (socket.name.starts_with(kStorePrefix) && FdStore::is_reader(socket.fd.get()))
      stores.push_back(std::move(socket));
  std::erase_if(inherited_, [](const InheritedSocket& socket) { return !socket.fd; });
  return stores;
}

void Listeners::bequeath(const Key& key, Heirloom heirloom) {
  heirlooms_.insert_or_assign(key, std::move(heirloom));
}

// nullopt: there is none, or none that can be used; then the address is opened as any other.
std::optional<Listener> Listeners::take_heirloom(const Key& key, const Address& address,
                                                 const ListenerOptions& options,
                                                 const std::string& service) {
  auto node = heirlooms_.extract(key);
  if (node.empty()) return std::nullopt;
  Heirloom& heirloom = node.mapped();
  auto adopted = Listener::adopt(address, options, heirloom.record, std::move(heirloom.sockets));
  if (adopted) return std::move(*adopted);
  log::warn("service {}: {}; the address is opened anew", service, adopted.error().text);
  return std::nullopt;
}

void Listeners::shut_heirlooms() {
  for (auto& [key, heirloom] : heirlooms_) {
    const auto address =
        heirloom.sockets.empty() ? Address() : Address::local(heirloom.sockets[0].get());
    if (!address) continue;
    auto listener = Listener::adopt(*address, {}, heirloom.record, std::move(heirloom.sockets));
    if (!listener) continue;
    log::info("{} is no service's any more", address->text());
    listener->stop_new_connections();
    shut_.push_back(std::move(*listener));
  }
  heirlooms_.clear();
}

std::vector<std::string> Listeners::idle_inherited() const {
  std::vector<std::string> idle;
  for (const InheritedSocket& socket : inherited_)
    if (socket.fd)
      idle.push_back(fmt::format("{} ({})", socket.address.text(),
                                 socket.name.empty() ? "without a name" : socket.name));
  return idle;
}

Result<Listener> Listeners::open_one(const ServiceConfig& service, const ListenEntry& entry,
                                     size_t workers) {
  SVC_TRY(const Address address, Address::parse(entry.address));
  const auto passed = std::find_if(
      inherited_.begin(), inherited_.end(),
      [&](const InheritedSocket& socket) { return socket.fd && socket.address == address; });
  if (passed != inherited_.end()) return Listener::inherit(std::move(passed->fd));
  SVC_TRY(const ListenerOptions options, options_of(service, entry));
  if (auto adopted = take_heirloom(key_of(service, entry), address, options, service.name))
    return std::move(*adopted);
  return Listener::open(address, options, workers);
}

Result<> Listeners::open_for(const ServiceConfig& service, size_t workers, Opening& opening) {
  for (const ListenEntry& entry : service.listen) {
    const Key key = key_of(service, entry);
    ++version_;
    if (const auto known = listeners_.find(key); known != listeners_.end()) {
      if (auto grown = known->second.grow(workers); !grown)
        return std::move(grown).error().within("service " + service.name);
      continue;
    }
    auto listener = open_one(service, entry, workers);
    if (!listener) return std::move(listener).error().within("service " + service.name);
    const auto [at, is_new] = listeners_.emplace(key, std::move(*listener));
    // A former master's may have had fewer workers. The sockets that are added get nothing before
    // ours serve (steer_anew()).
    const size_t had = at->second.sockets();
    Result<> grown;
    if (had < workers) grown = at->second.steer(had, {});
    if (grown) grown = at->second.grow(workers);
    if (!grown) {
      listeners_.erase(at);
      return std::move(grown).error().within("service " + service.name);
    }
    opening.opened.push_back(key);
  }
  return {};
}

std::vector<AcceptSocket> Listeners::sockets_for(const ServiceConfig& service, size_t index,
                                                 size_t workers) const {
  std::vector<AcceptSocket> sockets;
  for (const Key& key : keys_of(service)) {
    const Listener& listener = listeners_.at(key);
    if (listener.shared()) sockets.push_back(listener.socket_for(0));
  }
  for (const Queue& queue : queues_of(service, index, workers))
    sockets.push_back(listeners_.at(queue.key).socket_for(queue.socket));
  return sockets;
}

std::vector<Listeners::Queue> Listeners::queues_of(const ServiceConfig& service, size_t index,
                                                   size_t workers) const {
  SVC_CHECK(index < workers);
  std::vector<Queue> queues;
  for (const Key& key : keys_of(service)) {
    const auto found = listeners_.find(key);
    if (found == listeners_.end() || found->second.shared()) continue;
    for (size_t i = index; i < found->second.sockets(); i += workers) queues.push_back({key, i});
  }
  return queues;
}

std::vector<Listeners::Queue> Listeners::moved_queues(const ServiceConfig& service, size_t from,
                                                      size_t to) const {
  std::vector<Queue> moved = queues_of(service, 0, 1);
  std::erase_if(moved,
                [&](const Queue& queue) { return queue.socket % from == queue.socket % to; });
  return moved;
}

int Listeners::descriptor_of(const Queue& queue) const {
  const auto found = listeners_.find(queue.key);
  if (found == listeners_.end() || queue.socket >= found->second.sockets()) return -1;
  return found->second.socket_for(queue.socket).fd;
}

void Listeners::steer(const ServiceConfig& service, size_t workers,
                      const std::vector<size_t>& away) {
  for (const Key& key : keys_of(service)) {
    const auto found = listeners_.find(key);
    if (found == listeners_.end()) continue;
    if (auto steered = found->second.steer(workers, away); !steered)
      log::warn("service {}: {}", service.name, steered.error().text);
  }
}

std::vector<std::string> Listeners::addresses_of(const ServiceConfig& service) const {
  std::vector<std::string> addresses;
  for (const Key& key : keys_of(service))
    if (const auto found = listeners_.find(key); found != listeners_.end())
      addresses.push_back(found->second.address().text());
  return addresses;
}

void Listeners::stop_new_connections(const std::vector<Key>& keys) {
  for (const Key& key : keys)
    if (const auto found = listeners_.find(key); found != listeners_.end())
      found->second.stop_new_connections();
}

void Listeners::close(const std::vector<Key>& keys) {
  ++version_;
  for (const Key& key : keys) listeners_.erase(key);
}

const Listener* Listeners::find(const Key& key) const noexcept {
  const auto found = listeners_.find(key);
  return found == listeners_.end() ? nullptr : &found->second;
}

void Listeners::disown() noexcept {
  for (auto& [key, listener] : listeners_) listener.disown();
  for (Listener& listener : shut_) listener.disown();
}

std::vector<Listeners::Key> Listeners::keys() const {
  std::vector<Key> keys;
  for (const auto& [key, listener] : listeners_) keys.push_back(key);
  return keys;
}

}  // namespace svc
