// storm.h — reloads without end under one kind of traffic, and what its clients noticed.
//
// For the test of that behaviour and for the table of figures (bench/ops), so that both mean the
// same.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "tests/support/svcd.h"

namespace svc::testing {

enum class Sockets { reuseport, shared, unix_ };
std::string_view name_of(Sockets sockets);

// The chaos service "one" on such sockets, written as the configuration of `svcd`.
std::string chaos_on(const Svcd& svcd, Sockets sockets, int workers, std::string_view extra = {});

struct Traffic {
  bool keep_alive = false;
  std::chrono::milliseconds think{0};
  Sockets sockets = Sockets::reuseport;
  std::string name() const;        // "keep-alive, think 5 ms, shared"
  std::string identifier() const;  // "keepalivethink5msshared"
};

// For gtest, which would print its bytes.
inline void PrintTo(const Traffic& traffic, std::ostream* out) { *out << traffic.name(); }

struct StormPlan {
  std::chrono::milliseconds quiet{5000};  // The same load without reloads, to compare with.
  std::chrono::milliseconds lasts{20'000};
  int reloads = 36;
  bool count_generations = false;  // Asks for the status after each reload, which takes time.
};

struct Storm {
  uint64_t answered = 0;
  uint64_t failed = 0;
  std::string first_failure;
  std::chrono::microseconds quiet_slowest{0};
  std::chrono::microseconds slowest{0};
  int64_t promoted = 0;         // Generations that came into force.
  size_t generations_most = 0;  // Live at once; 0: not counted.
  bool stopped = false;         // Afterwards svcd stopped as it should.
};
// Throws std::runtime_error when there is no server to storm.
Storm storm(const Traffic& traffic, const StormPlan& plan);

}  // namespace svc::testing
