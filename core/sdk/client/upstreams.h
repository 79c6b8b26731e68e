// upstreams.h — all upstreams of a worker: those that app.upstream() declares, with what the
// configuration says about them, and one for each origin that is called by its URL.
//
// Why declared: a name that is mistyped, or that an environment's file lacks, fails when the worker
// boots, and so before a reload counts.
//
// Process: the worker. Threads: named ones may be looked up in any thread once sealed; all else is
// the loop's.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/api.h"
#include "core/base/result.h"
#include "core/board/board.h"
#include "core/http/client/origin.h"
#include "core/sdk/client/upstream_options.h"

namespace svc {

class ClientConnections;
class Upstream;

// One table of the configuration.
struct ConfiguredUpstream {
  std::string name;
  UpstreamOptions options{};
};

class SVC_API Upstreams {
 public:
  static constexpr size_t kOriginsMax = 1024;  // Called by URL; who is unused longest makes room.

  Upstreams();
  ~Upstreams();
  Upstreams(const Upstreams&) = delete;
  Upstreams& operator=(const Upstreams&) = delete;

  // ---- Before seal().
  void configure(std::vector<ConfiguredUpstream> configured, std::string service);
  // For tests: where an upstream is, whatever else is said of it.
  void place(std::string name, std::string url);
  // Where the worker shows how they do; outlives this.
  void show_in(std::span<UpstreamSlot> slots);
  void declare(std::string name, std::optional<UpstreamOptions> options);
  void set_url_options(UpstreamOptions options);  // For calls to URLs.
  // Errors: invalid_argument: a declared upstream without addresses, an address that is none.
  Result<> seal();

  // ---- After it.
  // Throws std::logic_error, with what was likely meant.
  const std::shared_ptr<Upstream>& named(std::string_view name) const;
  std::shared_ptr<Upstream> of_origin(const Origin& origin);
  // REQUIRES: in a fiber, whose loop they use from then on.
  ClientConnections& connections();

  static Upstreams* current() noexcept;  // Of this process's App, the last one made.

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// "https" needs TLS, which is not there yet. Errors: invalid_argument, saying so.
Result<ClientUrl> parse_upstream_url(std::string_view text);

}  // namespace svc
