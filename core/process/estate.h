// estate.h — what a master leaves of one service, and a successor takes over: listeners, the pair
// for hand-over, the board, and the numbers that must go on. Processes are not in it.
//
//   text          descriptors, in this order
//   svcd 1        store's writing end, board, orphan socket, hand-over in, hand-over out
//   service …
//   lives N       N ends of pipes (lives.h)
//   region …      its shared memory (regions.h), for each such line
//   listen …      its sockets, for each such line
//
// Why as text: the two masters may be of different versions, and a line that one of them doesn't
// know is an error that can be told.
//
// Process: the master. A service's workers can read and write this (fd_store.h): it is bounded, and
// every descriptor is checked to be what it should be, and made by our own user, which no worker is
// that has a user of its own. Pure, but for those checks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/net/listener.h"
#include "core/process/fd_store.h"

namespace svc {

struct EstateText {
  static constexpr size_t kSlotsMax = 1024;
  static constexpr size_t kLivesMax = 16;
  static constexpr size_t kAddressesMax = 256;
  static constexpr size_t kRegionsMax = 32;

  struct Region {
    std::string name;
    uint64_t size = 0;
    bool operator==(const Region& other) const noexcept = default;
  };

  struct Address {
    std::string key;  // As in listeners.h.
    Listener::Record record;
    size_t sockets = 0;
    bool operator==(const Address& other) const noexcept;
  };

  std::string service;
  uint64_t born_ns = 0;     // CLOCK_MONOTONIC: when its master started; the latest one counts.
  uint64_t generation = 0;  // The last number that was given out.
  uint64_t promotions = 0;
  std::vector<size_t> slots;  // Of the board: that were ever this service's …
  std::vector<size_t> busy;   // … and those of them that a worker may write to.
  size_t lives = 0;
  std::vector<Region> regions;
  std::vector<Address> addresses;

  std::string write() const;
  static Result<EstateText> parse(std::string_view text);  // Errors: invalid_argument.
  bool operator==(const EstateText& other) const noexcept = default;
};

struct Estate {
  EstateText text;
  Fd reader, writer;  // Of the store itself.
  Fd board;
  Fd orphans;  // The listening orphan socket.
  std::pair<Fd, Fd> hand_over;
  std::vector<Fd> lives;
  std::vector<Fd> regions;               // For each of text.regions.
  std::vector<std::vector<Fd>> sockets;  // For each of text.addresses.
};

// Looks into a store. Errors: invalid_argument with what is wrong.
Result<Estate> open_estate(Fd reader);

}  // namespace svc
