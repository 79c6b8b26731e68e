#include "core/sdk/client/upstreams.h"

#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <stdexcept>

#include "core/base/log.h"
#include "core/base/suggest.h"
#include "core/http/client/connections.h"
#include "core/loop/fiber.h"
#include "core/sdk/client/upstream.h"

namespace svc {
namespace {

// In a .cc file: there is one libsvc in the process. Tests have several Apps, inner ones last.
std::vector<Upstreams*>& live_upstreams() {
  static std::vector<Upstreams*> live;
  return live;
}

template <class Names>
std::string hint_of(std::string_view name, const Names& names) {
  std::vector<std::string_view> known;
  for (const auto& [each, unused] : names) known.push_back(each);
  const auto near = suggest(name, known);
  return near ? fmt::format("; did you mean \"{}\"?", *near) : "";
}

}  // namespace

struct Upstreams::State {
  std::string section = "service.NAME.upstreams";
  std::map<std::string, UpstreamOptions, std::less<>> configured;
  std::map<std::string, std::string, std::less<>> placed;
  std::map<std::string, std::optional<UpstreamOptions>, std::less<>> declared;
  std::map<std::string, std::shared_ptr<Upstream>, std::less<>> named;
  UpstreamOptions url_options{.redirects = 5};
  std::span<UpstreamSlot> slots;
  // By URL: the most recently used first.
  std::list<std::pair<std::string, std::shared_ptr<Upstream>>> origins;
  std::unique_ptr<ClientConnections> connections;

  Result<std::shared_ptr<Upstream>> make(const std::string& name,
                                         const std::optional<UpstreamOptions>& in_code) const;
  void show(const std::string& name, Upstream& upstream) const;
};

Upstreams::Upstreams() : state_(std::make_unique<State>()) { live_upstreams().push_back(this); }
Upstreams::~Upstreams() { std::erase(live_upstreams(), this); }

Upstreams* Upstreams::current() noexcept {
  return live_upstreams().empty() ? nullptr : live_upstreams().back();
}

void Upstreams::configure(std::vector<ConfiguredUpstream> configured, std::string service) {
  state_->section = "service." + service + ".upstreams";
  for (ConfiguredUpstream& each : configured)
    state_->configured.insert_or_assign(std::move(each.name), std::move(each.options));
}

void Upstreams::place(std::string name, std::string url) {
  state_->placed.insert_or_assign(std::move(name), std::move(url));
}

void Upstreams::show_in(std::span<UpstreamSlot> slots) { state_->slots = slots; }

void Upstreams::declare(std::string name, std::optional<UpstreamOptions> options) {
  state_->declared.insert_or_assign(std::move(name), std::move(options));
}

void Upstreams::set_url_options(UpstreamOptions options) {
  state_->url_options = std::move(options);
}

Result<std::shared_ptr<Upstream>> Upstreams::State::make(
    const std::string& name, const std::optional<UpstreamOptions>& in_code) const {
  const auto found = configured.find(name);
  const auto place = placed.find(name);
  if (found == configured.end() && !in_code && place == placed.end())
    return Error::invalid(
        fmt::format("upstream \"{0}\" is not configured{1}: add [{2}.{0}] with "
                    "urls = [\"http://HOST:PORT\"]",
                    name, hint_of(name, configured), section));
  UpstreamOptions options =
      found != configured.end() ? found->second : in_code.value_or(UpstreamOptions());
  if (place != placed.end()) options.urls = {place->second};
  if (options.urls.empty()) return Error::invalid(fmt::format("upstream \"{}\" has no urls", name));
  std::vector<ClientUrl> urls;
  for (const std::string& text : options.urls) {
    auto url = parse_upstream_url(text);
    if (!url) return std::move(url).error().within(fmt::format("upstream \"{}\"", name));
    if (!url->query.empty())
      return Error::invalid(
          fmt::format("upstream \"{}\": {} has a query; add it with .query()", name, text));
    while (url->path.ends_with('/')) url->path.pop_back();
    urls.push_back(*std::move(url));
  }
  auto upstream = std::make_shared<Upstream>(name, options, std::move(urls));
  show(name, *upstream);
  return upstream;
}

// In the slot that a former worker used for this name, or a free one, so that counters go on.
void Upstreams::State::show(const std::string& name, Upstream& upstream) const {
  for (const bool free : {false, true}) {
    for (UpstreamSlot& slot : slots) {
      if (slot.name() != (free ? "" : slot.short_name(name))) continue;
      slot.take(name);
      return upstream.show_in(slot);
    }
  }
  if (!slots.empty())
    log::warn("upstream {}: only {} of them are shown in status", name, slots.size());
}

Result<> Upstreams::seal() {
  for (const auto& [name, in_code] : state_->declared) {
    SVC_TRY(auto upstream, state_->make(name, in_code));
    state_->named.emplace(name, std::move(upstream));
  }
  for (const auto& [name, unused] : state_->configured)
    if (!state_->declared.contains(name))
      log::warn("{}.{}: the service declares no such upstream{}", state_->section, name,
                hint_of(name, state_->declared));
  return {};
}

const std::shared_ptr<Upstream>& Upstreams::named(std::string_view name) const {
  const auto found = state_->named.find(name);
  if (found != state_->named.end()) return found->second;
  throw std::logic_error(
      fmt::format("there is no upstream \"{}\"{}: declare it with "
                  "app.upstream(\"{}\"), or call a URL (http://…)",
                  name, hint_of(name, state_->named), name));
}

std::shared_ptr<Upstream> Upstreams::of_origin(const Origin& origin) {
  auto& origins = state_->origins;
  const std::string key = origin.text();
  const auto found = std::ranges::find(origins, key, [](const auto& each) { return each.first; });
  if (found != origins.end()) {
    origins.splice(origins.begin(), origins, found);
    return origins.front().second;
  }
  // One that a call still uses stays: its end is the loop's, and a pool thread may hold it last.
  if (origins.size() >= kOriginsMax) {
    const auto idle = std::find_if(origins.rbegin(), origins.rend(),
                                   [](const auto& each) { return each.second.use_count() == 1; });
    if (idle != origins.rend()) origins.erase(std::next(idle).base());
  }
  auto upstream = std::make_shared<Upstream>(key, state_->url_options,
                                             std::vector<ClientUrl>{{origin, {}, {}}});
  origins.emplace_front(key, upstream);
  return upstream;
}

ClientConnections& Upstreams::connections() {
  if (!state_->connections)
    state_->connections = std::make_unique<ClientConnections>(Fiber::self().owner().loop());
  return *state_->connections;
}

Result<ClientUrl> parse_upstream_url(std::string_view text) {
  SVC_TRY(ClientUrl url, parse_client_url(text));
  if (url.origin.scheme == Origin::Scheme::https)
    return Error::invalid(fmt::format(
        "{}: https needs TLS, which this svcd does not speak yet; use http:// through a proxy that "
        "does",
        text));
  return url;
}

}  // namespace svc
