#include "config/check.h"

#include <fmt/core.h>
#include <sys/un.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "config/listen.h"
#include "config/value.h"
#include "core/base/ip_range.h"
#include "core/base/suggest.h"
#include "core/base/units.h"

namespace svc {
namespace {

class Checker {
 public:
  Checker(const Resolved& resolved, const Node& root, const LoadRequest& request,
          ConfigErrors& errors)
      : resolved_(resolved), root_(root), request_(request), errors_(errors) {}

  void run() {
    const Config& config = resolved_.config;
    if (config.services.empty() && find({"service"}) == nullptr)
      errors_.add({request_.path, 1, 1}, "there is no service",
                  "add [service.NAME] with module and listen");
    socket_path(config.master);
    for (const auto& [name, service] : config.services) {
      code(service);
      listeners(service);
      times(service);
      room(service);
      proxy(service);
      upstreams(service);
    }
  }

 private:
  const Node* find(std::initializer_list<std::string_view> path) const {
    const Node* node = &root_;
    for (const std::string_view part : path) {
      const Node::Table* table = node->table();
      if (table == nullptr) return nullptr;
      const auto found = table->find(part);
      if (found == table->end()) return nullptr;
      node = &found->second;
    }
    return node;
  }

  // At the setting of the service if it was written, else at the service.
  void at(const ServiceConfig& service, std::string_view setting, std::string message,
          std::string hint = {}) {
    if (const Node* node = find({"service", service.name, setting}))
      report(errors_, *node, std::move(message), std::move(hint));
    else if (const Node* whole = find({"service", service.name}))
      report_key(errors_, *whole, std::move(message), std::move(hint));
  }

  bool good(const ServiceConfig& service, std::string_view setting) const {
    return !resolved_.bad.contains(fmt::format("service.{}.{}", service.name, setting));
  }

  void upstreams(const ServiceConfig& service) {
    for (const auto& [name, upstream] : service.upstreams) {
      const std::string path = fmt::format("service.{}.upstreams.{}", service.name, name);
      if (!upstream.urls.empty() || resolved_.bad.contains(path + ".urls")) continue;
      if (const Node* node = find({"service", service.name, "upstreams", name}))
        report_key(errors_, *node, path + " is nowhere: it needs urls",
                   "add urls = [\"http://127.0.0.1:8080\"]");
    }
  }

  void trusted(const Node& at, const std::string& path, const std::string& text) {
    if (text == "unix:") return;
    if (text.starts_with("unix:"))
      return report(errors_, at, path + ": whoever connects to a Unix socket has no path",
                    "write \"unix:\"");
    if (const auto range = IpRange::parse(text); !range)
      report(errors_, at, path + ": " + range.error().text);
  }

  void proxy(const ServiceConfig& service) {
    const std::string path = fmt::format("service.{}.proxy", service.name);
    const Node* node = find({"service", service.name, "proxy", "trusted"});
    if (resolved_.bad.contains(path + ".trusted")) return;
    for (size_t i = 0; i < service.proxy.trusted.size() && node != nullptr; ++i) {
      const Node::Array* array = node->array();
      trusted(array != nullptr && i < array->size() ? (*array)[i] : *node, path + ".trusted",
              service.proxy.trusted[i]);
    }
    if (service.proxy.protocol == OnOff::off || !service.proxy.trusted.empty()) return;
    if (const Node* protocol = find({"service", service.name, "proxy", "protocol"}))
      report(errors_, *protocol,
             fmt::format("{}.protocol is \"on\", and no proxy is trusted to speak it", path),
             "add trusted = [\"ADDRESS\"] with the proxy's address");
  }

  // At the service with which the workers become too many.
  void room(const ServiceConfig& service) {
    const uint64_t before = workers_;
    workers_ += service.workers.automatic ? 1 : service.workers.max;
    if (before > kWorkersSumMax || workers_ <= kWorkersSumMax) return;
    at(service, "workers",
       fmt::format("service.{}.workers: {} in all services so far, and a master has room for {}",
                   service.name, workers_, kWorkersSumMax));
  }

  // The longest path a master binds below runtime_dir is NAME/control.
  void socket_path(const MasterConfig& master) {
    constexpr size_t kMax = sizeof(sockaddr_un::sun_path) - 1;
    const std::string path = master.runtime_dir + "/" + master.name + "/control";
    if (path.size() <= kMax) return;
    const std::string message = fmt::format(
        "{} has {} bytes, and a socket's path may have {}: shorten master.runtime_dir "
        "or master.name",
        path, path.size(), kMax);
    const Node* node = find({"master", "runtime_dir"});
    if (node == nullptr) node = find({"master", "name"});
    if (node != nullptr)
      report(errors_, *node, message);
    else
      errors_.add({request_.path, 0, 0}, message);
  }

  void code(const ServiceConfig& service) {
    if (!good(service, "module") || !good(service, "builtin")) return;
    const std::string path = "service." + service.name;
    if (!service.module.empty() && !service.builtin.empty())
      return at(service, "builtin", path + " has a module and a builtin: one of them is enough");
    if (service.module.empty() && service.builtin.empty())
      return at(service, "", path + " has no code: it needs a module",
                fmt::format("add module = \"{}.so\"", service.name));
    if (service.builtin.empty() ||
        std::ranges::find(request_.builtins, service.builtin) != request_.builtins.end())
      return;
    const std::vector<std::string_view> known(request_.builtins.begin(), request_.builtins.end());
    const auto near = suggest(service.builtin, known);
    at(service, "builtin", fmt::format("{}.builtin: there is no \"{}\"", path, service.builtin),
       near ? fmt::format("did you mean \"{}\"?", *near) : "");
  }

  void listeners(const ServiceConfig& service) {
    if (!good(service, "listen")) return;
    const Node* node = find({"service", service.name, "listen"});
    if (service.listen.empty() && node == nullptr)
      return at(service, "",
                fmt::format("service.{} listens nowhere: it needs listen", service.name),
                "add listen = [\"127.0.0.1:8080\"]");
    for (size_t i = 0; i < service.listen.size(); ++i) {
      const auto shape = listen_shape(service.listen[i].address, "/");
      if (!shape || shape->key.empty()) continue;
      const Node::Array* array = node == nullptr ? nullptr : node->array();
      const Node* entry = array != nullptr && i < array->size() ? &(*array)[i] : node;
      const auto [first, added] = listeners_.try_emplace(shape->key, service.name);
      if (added || entry == nullptr) continue;
      report(errors_, *entry,
             fmt::format("{} is taken already, by service.{}", service.listen[i].address,
                         first->second),
             "two services can't share an address");
    }
  }

  void longer(const ServiceConfig& service, std::string_view setting, std::string_view other,
              std::chrono::milliseconds value, std::chrono::milliseconds least,
              bool equal_will_do) {
    if (!good(service, setting) || !good(service, other)) return;
    if (value > least || (equal_will_do && value == least)) return;
    // The one that was written is the one to change.
    const bool written = find({"service", service.name, setting}) != nullptr;
    at(service, written ? setting : other,
       fmt::format("service.{0}.{1} is {2}, which must be {3} {4} ({5})", service.name, setting,
                   format_duration(value), equal_will_do ? "no shorter than" : "longer than", other,
                   format_duration(least)));
  }

  void times(const ServiceConfig& service) {
    longer(service, "heartbeat_timeout", "heartbeat_interval", service.heartbeat_timeout,
           service.heartbeat_interval, false);
    longer(service, "backoff_max", "backoff_initial", service.backoff_max, service.backoff_initial,
           true);
  }

  const Resolved& resolved_;
  const Node& root_;
  const LoadRequest& request_;
  ConfigErrors& errors_;
  uint64_t workers_ = 0;
  std::map<std::string, std::string> listeners_;  // Key of a listen_shape to the service's name.
};

}  // namespace

void check_config(const Resolved& resolved, const Node& root, const LoadRequest& request,
                  ConfigErrors& errors) {
  Checker(resolved, root, request, errors).run();
}

}  // namespace svc
