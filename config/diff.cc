#include "config/diff.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "config/value.h"

namespace svc {
namespace {

class Differ {
 public:
  Differ(const Config& running, const Config& next) : running_(running), next_(next) {}

  std::vector<ConfigChange> run() {
    compare("master", running_.master, next_.master);
    compare("log", running_.log, next_.log);
    for (const auto& [name, service] : running_.services) {
      const auto other = next_.services.find(name);
      if (other == next_.services.end())
        add("service." + name, module_text(service), "", Change::generation);
      else
        compare_services(service, other->second);
    }
    for (const auto& [name, service] : next_.services)
      if (!running_.services.contains(name))
        add("service." + name, "", module_text(service), Change::generation);
    return std::move(changes_);
  }

 private:
  static std::string module_text(const ServiceConfig& service) {
    return service.builtin.empty() ? service.module : service.builtin;
  }

  void add(std::string path, std::string old_text, std::string new_text, Change change) {
    changes_.push_back({std::move(path), std::move(old_text), std::move(new_text), change});
  }

  // Secrets are not shown: as they were written, which may well be the same on both sides.
  static std::string text_of(const Config& config, const std::string& path, const Setting& setting,
                             const Value& value) {
    const auto origin = config.origins.lower_bound(path);
    for (auto at = origin; at != config.origins.end() && at->first.starts_with(path); ++at) {
      if (at->second.unshown.empty()) continue;
      const std::string_view rest = std::string_view(at->first).substr(path.size());
      if (rest.empty() || rest.front() == '.' || rest.front() == '[')
        return "(contents of " + at->second.unshown + ")";
    }
    return toml_value(setting, value);
  }

  template <class Section>
  void compare(const std::string& path, const Section& running, const Section& next) {
    for (const Field<Section>& field : fields<Section>()) {
      const Value before = field.get(running);
      const Value after = field.get(next);
      const std::string name = path + "." + std::string(field.setting->name);
      // NaN in an option is no change; and where options stand in the file is none either.
      if (toml_value(*field.setting, before) == toml_value(*field.setting, after)) continue;
      add(name, text_of(running_, name, *field.setting, before),
          text_of(next_, name, *field.setting, after), field.setting->change);
    }
  }

  void compare_services(const ServiceConfig& running, const ServiceConfig& next) {
    const std::string path = "service." + running.name;
    compare(path, running, next);
    compare(path + ".http", running.http, next.http);
    compare(path + ".proxy", running.proxy, next.proxy);
    compare_upstreams(path + ".upstreams.", running, next);
    compare_listeners(path + ".listen", running, next);
    if (running.module == next.module && running.module_path != next.module_path)
      add(path + ".module", running.module_path, next.module_path, Change::generation);
  }

  void compare_upstreams(const std::string& path, const ServiceConfig& running,
                         const ServiceConfig& next) {
    for (const auto& [name, upstream] : running.upstreams) {
      const auto other = next.upstreams.find(name);
      compare(path + name, upstream,
              other == next.upstreams.end() ? UpstreamConfig{} : other->second);
    }
    for (const auto& [name, upstream] : next.upstreams)
      if (!running.upstreams.contains(name)) compare(path + name, UpstreamConfig{}, upstream);
  }

  // The socket of an address that stays is kept; what is set when it is made can't follow.
  void compare_listeners(const std::string& path, const ServiceConfig& running,
                         const ServiceConfig& next) {
    for (const ListenEntry& entry : next.listen) {
      const auto before = std::ranges::find(running.listen, entry.address, &ListenEntry::address);
      if (before != running.listen.end())
        compare(fmt::format("{}[{}]", path, entry.address), *before, entry);
    }
  }

  const Config& running_;
  const Config& next_;
  std::vector<ConfigChange> changes_;
};

}  // namespace

std::vector<ConfigChange> diff(const Config& running, const Config& next) {
  return Differ(running, next).run();
}

std::string needs_restart(const std::vector<ConfigChange>& changes) {
  std::string names;
  for (const ConfigChange& change : changes)
    if (change.change == Change::restart)
      names += fmt::format("{}{} ({} to {})", names.empty() ? "" : ", ", change.path,
                           change.old_text.empty() ? "nothing" : change.old_text,
                           change.new_text.empty() ? "nothing" : change.new_text);
  return names.empty() ? "" : "only a restart can change " + names;
}

}  // namespace svc
