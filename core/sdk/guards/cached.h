// cached.h — values that are dear to compute, remembered for a while by each worker.
//
//   svc::Cached<Price> prices({.entries = 1000, .ttl = 30s});
//   app.get("/prices/{sku}", [&prices](std::string sku, svc::Context& ctx) {
//     return prices.get(sku, [&] { return ctx.http("prices").get("/{}", sku).as<Price>(); });
//   });
//
// One computation at a time for a key ("single flight"): of a hundred requests that miss together
// one computes, the others wait for it. If that one fails or its client goes, the next one takes
// over; an error is answered to whom it happened, and is remembered only where `errors` says so.
//
// With `stale`, a value that has become old is still given for that long to all but the one that
// computes it anew, and to that one as well if its computation fails.
//
// Process: each worker has its own; svc::SharedCache is the same for all workers. Threads: in
// handlers, in the pool too (the computation then runs there). Lives at least as long as the routes
// that use it: a member of what the service keeps, or a static (after fork: made by routes()).
#pragma once

#include <concepts>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/base/api.h"
#include "core/base/clock.h"

namespace svc {

struct CacheOptions {
  size_t entries = 1000;
  size_t bytes = size_t{16} << 20;  // Of keys and values, as far as their sizes are known.
  Duration ttl = 60s;
  Duration stale = 0s;   // See above.
  Duration errors = 0s;  // For how long an exception is thrown again instead of trying again.
};

struct CacheFigures {
  uint64_t hits = 0;    // Answered from the cache, stale ones included.
  uint64_t misses = 0;  // Computed.
  uint64_t joined = 0;  // Waited for another one's computation.
  size_t entries = 0;
  size_t bytes = 0;
};

namespace detail {

// All of Cached<T> that doesn't depend on T.
class SVC_API CacheCore {
 public:
  using Object = std::shared_ptr<const void>;
  struct Made {
    Object object;
    size_t bytes = 0;
  };
  struct Flight;

  // A right and a duty: to compute the value of a key. If it goes without finish() or fail(), the
  // next one that waits gets it.
  class SVC_API Lead {
   public:
    Lead() noexcept = default;
    Lead(CacheCore* cache, std::shared_ptr<Flight> flight, Object stale) noexcept
        : cache_(cache), flight_(std::move(flight)), stale_(std::move(stale)) {}
    Lead(Lead&& other) noexcept = default;
    Lead& operator=(Lead&&) = delete;
    ~Lead();
    explicit operator bool() const noexcept { return flight_ != nullptr; }

    void finish(const Made& made, Duration ttl);                  // Then stale as the options say.
    void finish(const Made& made, Duration ttl, Duration stale);  // Or for so long.
    // There is no value to keep, nor will others find one: they compute at the same time.
    void release();
    // The exception that is being handled. The stale value, if there is one to give instead.
    Object fail();

   private:
    friend class CacheCore;
    CacheCore* cache_ = nullptr;
    std::shared_ptr<Flight> flight_;
    Object stale_;
  };

  explicit CacheCore(const CacheOptions& options);
  ~CacheCore();
  CacheCore(const CacheCore&) = delete;
  CacheCore& operator=(const CacheCore&) = delete;

  // The value, or the lead; neither where a lead was released. Throws a remembered exception, and
  // Cancelled. May wait.
  std::pair<Object, Lead> begin(std::string_view key);
  Object find(std::string_view key);  // A fresh one; never waits.
  void put(std::string_view key, const Made& made, Duration ttl);
  bool erase(std::string_view key);
  void clear();
  CacheFigures figures() const;
  const CacheOptions& options() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The memory behind a value, roughly: what it is made of itself, and a string's or vector's
// content.
template <class T>
size_t weight_of(const T& value) {
  if constexpr (requires { value.size() * sizeof(*value.data()); }) {
    return sizeof(T) + value.size() * sizeof(*value.data());
  } else {
    return sizeof(T);
  }
}

}  // namespace detail

template <class T>
class Cached {
 public:
  // `weigh`: a value's size in bytes, where its own type doesn't tell (strings and vectors do).
  explicit Cached(CacheOptions options = {}, std::function<size_t(const T&)> weigh = {})
      : core_(options), weigh_(std::move(weigh)) {}

  // The value of `key`: remembered, or what `compute()` returns, which may wait and may throw.
  template <std::invocable Compute>
  T get(std::string_view key, Compute&& compute) {
    auto [object, lead] = core_.begin(key);
    if (object) return *static_cast<const T*>(object.get());
    try {
      auto made = std::make_shared<const T>(compute());
      lead.finish({made, weight(*made)}, core_.options().ttl);
      return *made;
    } catch (const std::exception&) {
      if (const auto stale = lead.fail()) return *static_cast<const T*>(stale.get());
      throw;
    }
  }

  // nullptr: not there, or no longer fresh.
  std::shared_ptr<const T> find(std::string_view key) {
    return std::static_pointer_cast<const T>(core_.find(key));
  }
  void put(std::string_view key, T value) {
    auto made = std::make_shared<const T>(std::move(value));
    core_.put(key, {made, weight(*made)}, core_.options().ttl);
  }
  bool erase(std::string_view key) { return core_.erase(key); }
  void clear() { core_.clear(); }
  CacheFigures figures() const { return core_.figures(); }

 private:
  size_t weight(const T& value) const { return weigh_ ? weigh_(value) : detail::weight_of(value); }

  detail::CacheCore core_;
  std::function<size_t(const T&)> weigh_;
};

}  // namespace svc
