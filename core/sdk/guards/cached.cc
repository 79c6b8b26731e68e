#include "core/sdk/guards/cached.h"

#include <optional>
#include <unordered_map>

#include "core/loop/fiber.h"
#include "core/loop/fiber_mutex.h"
#include "core/loop/offload.h"
#include "core/sdk/guards/lru.h"
#include "core/sdk/worker.h"

namespace svc::detail {

// One computation, and who waits for it. Shared by them: the cache itself may not keep its result.
struct CacheCore::Flight {
  std::string key;
  FiberWaitList waiters;
  bool led = true;    // Somebody computes; else the one that was woken is to.
  bool done = false;  // `object` or `error` has what came of it.
  bool kept = true;   // Nobody has put or erased the key meanwhile.
  Object object;
  std::exception_ptr error;
};

struct CacheCore::State {
  explicit State(const CacheOptions& own) : options(own), values(own.entries, own.bytes) {}

  void keep(std::string_view key, Object object, std::exception_ptr error, size_t bytes,
            Duration ttl, Duration stale) {
    const Instant at = now();
    values.put(key, {std::move(object), std::move(error), bytes, at + ttl, at + ttl + stale});
  }
  void forget(const Flight& flight) {
    const auto found = flights.find(flight.key);
    if (found != flights.end() && found->second.get() == &flight) flights.erase(found);
  }
  // What is being computed may be of before whatever made the caller put or erase it: it is for
  // those who wait for it already, and for nobody who asks from now on.
  void outdate(std::string_view key) {
    const auto flying = flights.find(std::string(key));
    if (flying == flights.end()) return;
    flying->second->kept = false;
    flights.erase(flying);
  }
  void land(Flight& flight) {
    flight.done = true;
    forget(flight);
    flight.waiters.wake_all();
  }
  std::pair<Object, Lead> begin(CacheCore& cache, std::string_view key);

  CacheOptions options;
  Lru values;
  std::unordered_map<std::string, std::shared_ptr<Flight>> flights;
  CacheFigures figures;
};

CacheCore::CacheCore(const CacheOptions& options) : state_(std::make_unique<State>(options)) {}
CacheCore::~CacheCore() = default;

const CacheOptions& CacheCore::options() const noexcept { return state_->options; }

// On the loop's thread; waits only in a fiber. Outside of one (boot) there is nobody to wait for.
std::pair<CacheCore::Object, CacheCore::Lead> CacheCore::State::begin(CacheCore& cache,
                                                                      std::string_view key) {
  Object stale;
  if (const Lru::Value* const value = values.find(key, now())) {
    if (value->fresh_until > now()) {
      ++figures.hits;
      if (value->error) std::rethrow_exception(value->error);
      return {value->object, Lead()};
    }
    stale = value->object;
  }
  const auto flying = flights.find(std::string(key));
  if (flying == flights.end() || Fiber::current() == nullptr) {
    ++figures.misses;
    auto flight = std::make_shared<Flight>();
    flight->key = key;
    flights.emplace(flight->key, flight);
    return {nullptr, Lead(&cache, std::move(flight), std::move(stale))};
  }
  if (stale) {
    ++figures.hits;
    return {std::move(stale), Lead()};
  }
  const std::shared_ptr<Flight> flight = flying->second;
  ++figures.joined;
  while (!flight->done) {
    if (!flight->led) {
      flight->led = true;
      ++figures.misses;
      return {nullptr, Lead(&cache, flight, nullptr)};
    }
    // Woken means: it is done, or ours to compute, even if we have been cancelled meanwhile.
    if (flight->waiters.wait() == Wake::cancelled) throw Cancelled{Fiber::self().cancelled()};
  }
  if (flight->error) std::rethrow_exception(flight->error);
  return {flight->object, Lead()};
}

std::pair<CacheCore::Object, CacheCore::Lead> CacheCore::begin(std::string_view key) {
  if (!OffloadPool::in_pool_thread()) return state_->begin(*this, key);
  std::optional<std::pair<Object, Lead>> result;
  OffloadPool::on_loop([&] { result.emplace(state_->begin(*this, key)); });
  return *std::move(result);
}

CacheCore::Lead::~Lead() {
  if (!flight_) return;
  OffloadPool::on_loop([this] {
    flight_->led = false;
    if (!flight_->waiters.wake_one()) cache_->state_->forget(*flight_);
  });
}

void CacheCore::Lead::finish(const Made& made, Duration ttl) {
  finish(made, ttl, cache_->options().stale);
}

void CacheCore::Lead::finish(const Made& made, Duration ttl, Duration stale) {
  OffloadPool::on_loop([&] {
    State& state = *cache_->state_;
    if (flight_->kept) state.keep(flight_->key, made.object, nullptr, made.bytes, ttl, stale);
    flight_->object = made.object;
    state.land(*std::exchange(flight_, nullptr));
  });
}

void CacheCore::Lead::release() {
  OffloadPool::on_loop([&] { cache_->state_->land(*std::exchange(flight_, nullptr)); });
}

CacheCore::Object CacheCore::Lead::fail() {
  if (!flight_) return nullptr;  // The value was there; what failed came after it.
  return OffloadPool::on_loop([&]() -> Object {
    State& state = *cache_->state_;
    if (stale_ != nullptr) return std::move(stale_);
    if (state.options.errors <= Duration(0)) return nullptr;
    flight_->error = std::current_exception();
    state.keep(flight_->key, nullptr, flight_->error, 0, state.options.errors, 0s);
    state.land(*std::exchange(flight_, nullptr));
    return nullptr;
  });
}

CacheCore::Object CacheCore::find(std::string_view key) {
  return OffloadPool::on_loop([&]() -> Object {
    const Lru::Value* const value = state_->values.find(key, now());
    if (value == nullptr || value->fresh_until <= now()) return nullptr;
    ++state_->figures.hits;
    return value->object;
  });
}

void CacheCore::put(std::string_view key, const Made& made, Duration ttl) {
  OffloadPool::on_loop([&] {
    state_->outdate(key);
    state_->keep(key, made.object, nullptr, made.bytes, ttl, state_->options.stale);
  });
}

bool CacheCore::erase(std::string_view key) {
  return OffloadPool::on_loop([&] {
    state_->outdate(key);
    return state_->values.erase(key);
  });
}

void CacheCore::clear() {
  OffloadPool::on_loop([&] {
    for (auto& [key, flight] : state_->flights) flight->kept = false;
    state_->flights.clear();
    state_->values.clear();
  });
}

CacheFigures CacheCore::figures() const {
  return OffloadPool::on_loop([&] {
    CacheFigures figures = state_->figures;
    figures.entries = state_->values.entries();
    figures.bytes = state_->values.bytes();
    return figures;
  });
}

}  // namespace svc::detail
