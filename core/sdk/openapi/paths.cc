#include "core/sdk/openapi/paths.h"

#include <algorithm>
#include <set>

#include "core/sdk/pattern.h"

namespace svc {
namespace {

constexpr std::string_view kMethodsOfAny[] = {"get", "post", "put", "patch", "delete"};

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// "/orders/{id}" → "/orders/{}": two patterns that take the same paths have the same key.
std::string path_key(std::string_view pattern) {
  std::string key;
  bool inside = false;
  for (const char c : pattern) {
    if (c == '}') inside = false;
    if (!inside) key += c;
    if (c == '{') inside = true;
  }
  return key;
}

std::string without_dots(std::string_view pattern) {
  std::string path(pattern);
  if (const size_t dots = path.find("...}"); dots != std::string::npos) path.erase(dots, 3);
  return path;
}

// "GET /v1/orders/{id}" → "get_v1_orders_id".
std::string made_id(std::string_view method, std::string_view path) {
  std::string id(method);
  for (const char c : path) {
    if (detail::is_name_char(c)) {
      id += c;
    } else if (id.back() != '_') {
      id += '_';
    }
  }
  while (id.ends_with('_')) id.pop_back();
  return id;
}

class Collector {
 public:
  void add(const Route& route) {
    if (route.notes().hidden) return;
    if (route.method() != "*") {
      add_operation(route, lower_case(route.method()));
      return;
    }
    any_.push_back(&route);
    static_cast<void>(path_of(route));  // Its place among the paths.
  }

  // A route of every method has what no other route of the path has.
  std::vector<OpenApiPath> take() && {
    for (const Route* route : any_) {
      for (const std::string_view method : kMethodsOfAny) {
        const auto has = [&](const OpenApiOperation& known) { return known.method == method; };
        if (std::ranges::none_of(path_of(*route).operations, has)) add_operation(*route, method);
      }
    }
    return std::move(paths_);
  }

 private:
  OpenApiPath& path_of(const Route& route) {
    const std::string key = path_key(route.pattern());
    const auto at = std::ranges::find(keys_, key);
    if (at != keys_.end()) return paths_[static_cast<size_t>(at - keys_.begin())];
    keys_.push_back(key);
    OpenApiPath& path = paths_.emplace_back();
    path.path = without_dots(route.pattern());
    for (size_t i = 0; i < route.placeholder_count(); ++i) {
      path.placeholders.push_back(route.placeholder(i));
    }
    return path;
  }

  void add_operation(const Route& route, std::string_view method) {
    OpenApiPath& path = path_of(route);
    std::string id = route.notes().name;
    if (id.empty()) {
      id = made_id(method, path.path);
    } else if (route.method() == "*") {
      id.append("_").append(method);
    }
    const std::string wanted = id;
    for (int i = 2; !ids_.insert(id).second; ++i) id = wanted + "_" + std::to_string(i);
    path.operations.push_back({canonical(method), &route, std::move(id)});
  }

  // A view that lasts.
  static std::string_view canonical(std::string_view method) {
    for (const std::string_view known :
         {"get", "head", "post", "put", "patch", "delete", "options"}) {
      if (known == method) return known;
    }
    return "get";
  }

  std::vector<std::string> keys_;  // Of paths_, in step.
  std::vector<OpenApiPath> paths_;
  std::vector<const Route*> any_;
  std::set<std::string> ids_;
};

}  // namespace

std::vector<OpenApiPath> openapi_paths(const RouteTable& table) {
  Collector collector;
  for (const auto& route : table.routes) collector.add(*route);
  auto paths = std::move(collector).take();
  std::erase_if(paths, [](const OpenApiPath& path) { return path.operations.empty(); });
  return paths;
}

}  // namespace svc
