#include "core/http/router.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "core/http/chars.h"
#include "core/http/path_index.h"
#include "core/http/route_pattern.h"

namespace svc {
namespace {

bool is_literal(const PatternSegment& segment) noexcept {
  return segment.kind == PatternSegment::Kind::literal;
}

constexpr size_t kKnownMethods = static_cast<size_t>(Method::other);
// In the order in which Allow lists them; what "*" stands for.
constexpr Method kAllowed[] = {Method::get,     Method::head,  Method::post,   Method::put,
                               Method::delete_, Method::patch, Method::options};

// Whether the percent-encoded `segment` says `text`.
bool says(std::string_view segment, std::string_view text) noexcept {
  size_t used = 0;
  for (size_t i = 0; i < segment.size(); ++i, ++used) {
    char c = segment[i];
    if (c == '%') {
      if (i + 2 >= segment.size()) return false;
      const int high = hex_value(segment[i + 1]);
      const int low = hex_value(segment[i + 2]);
      if (high < 0 || low < 0) return false;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (used == text.size() || text[used] != c) return false;
  }
  return used == text.size();
}

}  // namespace

// The routes of one path, by method.
struct Router::Endpoint {
  struct Row {
    uint32_t route = 0;
    std::string pattern;  // As it was added, for messages.
  };
  std::array<std::optional<Row>, kKnownMethods> known;
  std::vector<std::pair<std::string, Row>> others;
  std::optional<Row> any;

  const Row* other(std::string_view method) const noexcept {
    const auto found =
        std::ranges::find_if(others, [method](const auto& row) { return row.first == method; });
    return found == others.end() ? nullptr : &found->second;
  }
  const Row* row(Method method) const noexcept {
    const auto& own = known[static_cast<size_t>(method)];
    if (own) return &*own;
    if (method == Method::head && known[static_cast<size_t>(Method::get)]) {
      return &*known[static_cast<size_t>(Method::get)];
    }
    return any ? &*any : nullptr;
  }
  // The row that `method` would go into, if it is there.
  const Row* present(std::string_view method) const noexcept {
    if (method == "*") return any ? &*any : nullptr;
    const Method as_known = method_from(method);
    if (as_known == Method::other) return other(method);
    const auto& own = known[static_cast<size_t>(as_known)];
    return own ? &*own : nullptr;
  }
  void put(std::string_view method, Row row) {
    const Method as_known = method_from(method);
    if (method == "*") {
      any = std::move(row);
    } else if (as_known != Method::other) {
      known[static_cast<size_t>(as_known)] = std::move(row);
    } else if (other(method) == nullptr) {
      others.emplace_back(method, std::move(row));
    }
  }
  // nullptr: this path doesn't have it. TRACE never (RFC 9110 9.3.8).
  const Row* taker(Method method, std::string_view text) const noexcept {
    if (method == Method::trace || method == Method::connect) return nullptr;
    return method == Method::other ? other(text) : row(method);
  }
  void add_all(const Endpoint& from) {
    for (size_t i = 0; i < kKnownMethods; ++i)
      if (!known[i]) known[i] = from.known[i];
    for (const auto& [name, row] : from.others)
      if (other(name) == nullptr) others.emplace_back(name, row);
    if (!any) any = from.any;
  }
  std::string allow() const {
    std::string list;
    const auto add = [&list](std::string_view name) {
      if (!list.empty()) list += ", ";
      list += name;
    };
    for (const Method method : kAllowed) {
      if (method == Method::options) {
        for (const auto& [name, row] : others) add(name);
      }
      // OPTIONS is answered on every path, by the server itself if need be.
      if (method == Method::options || row(method) != nullptr) add(method_name(method));
    }
    return list;
  }
};

struct Router::Node {
  std::string text;                             // Of a literal segment, decoded.
  std::vector<std::unique_ptr<Node>> literals;  // By text.
  std::unique_ptr<Node> parameter;
  std::unique_ptr<Node> wildcard;
  std::unique_ptr<Endpoint> endpoint;  // Null: no route ends here.

  const Node* literal(std::string_view segment) const noexcept {
    if (segment.find('%') != std::string_view::npos) {
      const auto found = std::ranges::find_if(
          literals, [segment](const auto& child) { return says(segment, child->text); });
      return found == literals.end() ? nullptr : found->get();
    }
    const auto found = position(segment);
    return found != literals.end() && (*found)->text == segment ? found->get() : nullptr;
  }
  std::vector<std::unique_ptr<Node>>::const_iterator position(
      std::string_view wanted) const noexcept {
    return std::ranges::lower_bound(
        literals, wanted, {}, [](const auto& child) { return std::string_view(child->text); });
  }
  Node& make(const PatternSegment& segment) {
    switch (segment.kind) {
      case PatternSegment::Kind::parameter:
        if (!parameter) parameter = std::make_unique<Node>();
        return *parameter;
      case PatternSegment::Kind::wildcard:
        if (!wildcard) wildcard = std::make_unique<Node>();
        return *wildcard;
      case PatternSegment::Kind::literal:
        break;
    }
    auto at = position(segment.text);
    if (at == literals.end() || (*at)->text != segment.text) {
      at = literals.insert(at, std::make_unique<Node>());
      (*at)->text = segment.text;
    }
    return **at;
  }
};

struct Router::Literals {
  PathIndex<Endpoint> endpoints;
};

Router::Router()
    : root_(std::make_unique<Node>()),
      all_(std::make_unique<Endpoint>()),
      literals_(std::make_unique<Literals>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

Result<> Router::add(std::string_view method, std::string_view pattern, uint32_t route) {
  if (!is_token(method) || method == "CONNECT" || method == "TRACE") {
    return Error::invalid(
        fmt::format("route {} \"{}\": this method can't have one", method, pattern));
  }
  SVC_TRY(const std::vector<PatternSegment> segments, parse_pattern(pattern));
  Node* node = root_.get();
  for (const PatternSegment& segment : segments) node = &node->make(segment);
  if (!node->endpoint) node->endpoint = std::make_unique<Endpoint>();
  if (const auto* there = node->endpoint->present(method)) {
    return Error::invalid(
        fmt::format("route {} \"{}\" is already there as \"{}\"", method, pattern, there->pattern));
  }
  node->endpoint->put(method, {route, std::string(pattern)});
  if (std::ranges::all_of(segments, is_literal)) {
    literals_->endpoints.put(pattern, node->endpoint.get());
  }
  all_->put(method, {route, std::string(pattern)});
  return {};
}

// Calls `visit` with the endpoint of each pattern that `path` fits, the best first, until it
// returns true; `parameters` are those of the pattern then. `path` is what is left of it: empty, or
// a '/' and a segment and more. Each node is visited at most once, and depth is that of the
// patterns.
template <class Visit>
bool Router::visit_fitting(const Node& node, std::string_view path, PathParameters& parameters,
                           const Visit& visit) {
  if (path.empty()) return node.endpoint && visit(*node.endpoint);
  const std::string_view segment = path.substr(1, path.find('/', 1) - 1);
  const std::string_view rest = path.substr(1 + segment.size());
  const Node* const literal = node.literal(segment);
  if (literal != nullptr && visit_fitting(*literal, rest, parameters, visit)) return true;
  const size_t count = parameters.count();
  if (node.parameter && !segment.empty()) {
    parameters.add(segment);
    if (visit_fitting(*node.parameter, rest, parameters, visit)) return true;
    parameters.shrink(count);
  }
  if (!node.wildcard) return false;
  parameters.add(path.substr(1));
  if (visit(*node.wildcard->endpoint)) return true;
  parameters.shrink(count);
  return false;
}

RouteMatch Router::match(Method method, std::string_view method_text,
                         std::string_view path) const noexcept {
  using Kind = RouteMatch::Kind;
  RouteMatch match;
  if (method == Method::other && all_->other(method_text) == nullptr) {
    match.kind = Kind::not_implemented;
    return match;
  }
  bool fits = path == "*" || method == Method::trace;
  const auto takes = [&](const Endpoint& endpoint) {
    fits = true;
    const Endpoint::Row* const row = endpoint.taker(method, method_text);
    if (row == nullptr) return false;
    match.kind = Kind::found;
    match.route = row->route;
    return true;
  };
  // A path that is a pattern to the letter fits no pattern better.
  const Endpoint* const literal = literals_->endpoints.find(path);
  if (literal != nullptr && takes(*literal)) return match;
  if (path.starts_with('/') && visit_fitting(*root_, path, match.parameters, takes)) return match;
  if (fits) match.kind = method == Method::options ? Kind::options : Kind::method_not_allowed;
  return match;
}

std::string Router::allow(std::string_view path) const {
  Endpoint united;
  bool fits = false;
  PathParameters parameters;
  const auto unite = [&](const Endpoint& endpoint) {
    fits = true;
    united.add_all(endpoint);
    return false;
  };
  if (path.starts_with('/')) visit_fitting(*root_, path, parameters, unite);
  return fits ? united.allow() : all_->allow();
}

}  // namespace svc
