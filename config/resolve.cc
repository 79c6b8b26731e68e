#include "config/resolve.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "config/convert.h"
#include "config/schema.h"
#include "config/value.h"
#include "config/wire.h"

namespace svc {
namespace {

// The file's own name as a label; what a label can't have becomes '-'.
std::string label_of(const std::string& file) {
  std::string name = file_name_of(file);
  if (name.ends_with(".toml")) name.erase(name.size() - 5);
  for (char& c : name)
    if (!is_service_name(std::string("x") + c) && c != '.') c = '-';
  if (name.size() > 64) name.resize(64);
  if (name.empty() || !is_service_name(name.substr(0, 1))) name = "svcd";
  return name;
}

class Resolver {
 public:
  Resolver(const LoadRequest& request, ConfigErrors& errors) : request_(request), errors_(errors) {}

  Resolved run(const Node& root) {
    for (const auto& [key, node] : *root.table()) {
      if (key == "master")
        section(node, "master", resolved_.config.master);
      else if (key == "log")
        section(node, "log", resolved_.config.log);
      else if (key == "service")
        services(node);
      else
        unknown_section(key, node);
    }
    defaults();
    return std::move(resolved_);
  }

 private:
  bool is_table(const Node& node, const std::string& path) {
    if (node.table() != nullptr) return true;
    report(errors_, node, fmt::format("{} must be a table, not {}", path, describe(node)),
           fmt::format("write [{}]", path));
    return false;
  }

  void unknown_section(const std::string& key, const Node& node) {
    constexpr std::string_view kTopLevel[] = {"master", "log", "service", "extends"};
    // `[users]` is a service that has forgotten its "service.".
    if (const Node::Table* table = node.table();
        table != nullptr && (table->contains("module") || table->contains("listen"))) {
      report_key(errors_, node, fmt::format("no section {}", toml_string(key)),
                 fmt::format("did you mean [service.{}]?", toml_key(key)));
      return;
    }
    // `level = …` above all sections belongs into one of them.
    for (const Setting& setting : all_settings()) {
      if (setting.name != key) continue;
      report_key(errors_, node, fmt::format("{} stands outside of every section", toml_string(key)),
                 fmt::format("it belongs in [{}]", setting.section));
      return;
    }
    report_unknown_key(errors_, node, key, "the file", kTopLevel);
  }

  template <class Section>
  void section(const Node& node, const std::string& path, Section& out,
               std::initializer_list<std::string_view> subsections = {}) {
    if (!is_table(node, path)) return;
    for (const auto& [key, child] : *node.table()) {
      if (std::ranges::find(subsections, key) != subsections.end()) continue;
      const auto found = std::ranges::find(
          fields<Section>(), key, [](const Field<Section>& field) { return field.setting->name; });
      if (found == fields<Section>().end())
        unknown_key(key, child, path, fields<Section>()[0].setting->section, subsections);
      else
        assign(*found, child, path + "." + key, out);
    }
  }

  template <class Section>
  void assign(const Field<Section>& field, const Node& node, const std::string& path,
              Section& out) {
    auto value = convert(*field.setting, path, node, errors_);
    if (!value) {
      resolved_.bad.insert(path);
      return;
    }
    field.set(out, *std::move(value));
    origins(path, node);
  }

  // Each entry of a table has its own; the table itself has none.
  void origins(const std::string& path, const Node& node) {
    if (const Node::Table* table = node.table()) {
      for (const auto& [key, child] : *table) origins(path + "." + toml_key(key), child);
      return;
    }
    SettingOrigin origin = node.origin();
    resolved_.config.origins.insert_or_assign(path, std::move(origin));
    if (const Node::Array* array = node.array())
      for (size_t i = 0; i < array->size(); ++i)
        if (holds_secret((*array)[i])) origins(fmt::format("{}[{}]", path, i), (*array)[i]);
  }

  static bool holds_secret(const Node& node) {
    if (const Node::Array* array = node.array()) return std::ranges::any_of(*array, holds_secret);
    if (const Node::Table* table = node.table())
      return std::ranges::any_of(*table,
                                 [](const auto& item) { return holds_secret(item.second); });
    return !node.unshown.empty();
  }

  void unknown_key(const std::string& key, const Node& node, const std::string& path,
                   std::string_view section, std::initializer_list<std::string_view> subsections) {
    if (errors_.full()) return errors_.omit();
    for (const Setting& other : all_settings()) {
      if (other.name != key || other.section == "service.*.listen") continue;
      std::string home(other.section);
      if (home == "service.*.upstreams.*") continue;  // Which of them, nobody knows.
      if (const size_t star = home.find('*'); star != home.npos) {
        if (!path.starts_with("service.")) continue;
        home.replace(star, 1, path.substr(8, path.find('.', 8) - 8));
      }
      report_key(errors_, node, fmt::format("no setting {} in [{}]", toml_string(key), path),
                 fmt::format("it belongs in [{}]", home));
      return;
    }
    std::vector<std::string_view> known(subsections);
    for (const Setting& setting : settings_in(section)) known.push_back(setting.name);
    report_unknown_key(errors_, node, key, "[" + path + "]", known);
  }

  void services(const Node& node) {
    if (!is_table(node, "service")) return;
    if (node.table()->size() > kServicesMax)
      return report(
          errors_, node,
          fmt::format("{} services are more than {}", node.table()->size(), kServicesMax));
    for (const auto& [name, child] : *node.table()) {
      if (!is_service_name(name)) {
        report_key(errors_, child,
                   fmt::format("{} can't be a service's name: 1 to {} letters, digits, '_' and "
                               "'-', a letter or digit first",
                               toml_string(name), kServiceNameMax));
        continue;
      }
      service(name, child);
    }
  }

  void service(const std::string& name, const Node& node) {
    const std::string path = "service." + name;
    if (node.table() == nullptr && find_setting("service.*", name) != nullptr) {
      report_key(errors_, node, fmt::format("{} stands in [service], which holds services", name),
                 fmt::format("write [service.NAME] above it"));
      return;
    }
    ServiceConfig service;
    service.name = name;
    section(node, path, service, {"http", "proxy", "upstreams"});
    if (node.table() != nullptr)
      if (const auto http = node.table()->find("http"); http != node.table()->end())
        section(http->second, path + ".http", service.http);
    if (node.table() != nullptr)
      if (const auto proxy = node.table()->find("proxy"); proxy != node.table()->end())
        section(proxy->second, path + ".proxy", service.proxy);
    if (node.table() != nullptr)
      if (const auto found = node.table()->find("upstreams"); found != node.table()->end())
        upstreams(found->second, path + ".upstreams", service);
    if (!resolved_.bad.contains(path + ".module")) module(node, path, service);
    resolved_.config.services.emplace(name, std::move(service));
  }

  void upstreams(const Node& node, const std::string& path, ServiceConfig& service) {
    if (!is_table(node, path)) return;
    if (node.table()->size() > kUpstreamsMax)
      return report(errors_, node,
                    fmt::format("{}: {} upstreams are more than {}", path, node.table()->size(),
                                kUpstreamsMax));
    for (const auto& [name, child] : *node.table()) {
      if (child.table() == nullptr && find_setting("service.*.upstreams.*", name) != nullptr) {
        report_key(errors_, child,
                   fmt::format("{} stands in [{}], which holds upstreams", name, path),
                   fmt::format("write [{}.NAME] above it", path));
      } else if (!is_service_name(name)) {
        report_key(errors_, child,
                   fmt::format("{} can't be an upstream's name: 1 to {} letters, digits, '_' and "
                               "'-', a letter or digit first",
                               toml_string(name), kServiceNameMax));
      } else {
        section(child, path + "." + name, service.upstreams[name]);
      }
    }
  }

  void module(const Node& node, const std::string& path, ServiceConfig& service) {
    if (service.module.empty()) return;
    const Node& at = node.table()->find("module")->second;
    if (service.module.find('/') != std::string::npos) {
      service.module_path = service.module;
      if (request_.files->is_file(service.module)) return;
      report(errors_, at, fmt::format("{}.module: there is no file {}", path, service.module));
    } else {
      for (const std::string& directory : request_.module_dirs) {
        service.module_path = join_path(directory, service.module);
        if (request_.files->is_file(service.module_path)) return;
      }
      std::string searched;
      for (const std::string& directory : request_.module_dirs)
        searched += (searched.empty() ? "" : " or ") + directory;
      report(errors_, at,
             fmt::format("{}.module: there is no {} in {}", path, toml_string(service.module),
                         searched.empty() ? "any services directory" : searched),
             service.module.ends_with(".so")
                 ? ""
                 : fmt::format("did you mean \"{}.so\"?", service.module));
    }
    resolved_.bad.insert(path + ".module");
    service.module_path.clear();
  }

  void derive(const std::string& path, std::string& value, std::string fallback,
              const std::string& source) {
    if (!value.empty() || fallback.empty()) return;
    value = std::move(fallback);
    SettingOrigin origin;
    origin.kind = OriginKind::derived;
    origin.source = source;
    resolved_.config.origins.insert_or_assign(path, std::move(origin));
  }

  void defaults() {
    Config& config = resolved_.config;
    derive("master.name", config.master.name, label_of(request_.path), "the file's name");
    derive("master.runtime_dir", config.master.runtime_dir,
           default_runtime_dir(request_.environment, request_.user), "the user");
    for (auto& [name, service] : config.services) {
      // A group of the master's user means nothing to a service with a user of its own.
      if (service.user.empty())
        derive("service." + name + ".group", service.group, config.master.group, "master.group");
      derive("service." + name + ".user", service.user, config.master.user, "master.user");
    }
  }

  const LoadRequest& request_;
  ConfigErrors& errors_;
  Resolved resolved_;
};

}  // namespace

Resolved resolve(const Node& root, const LoadRequest& request, ConfigErrors& errors) {
  return Resolver(request, errors).run(root);
}

}  // namespace svc
