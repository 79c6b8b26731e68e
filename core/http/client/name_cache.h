// name_cache.h — what DNS has said about names, for as long as it holds.
//
// Why apart from the resolver: what is kept for how long, and who makes room, is a pure function of
// answers and times, and is tested without a socket.
//
// Thread: one. Clock: passed in.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/clock.h"
#include "core/http/client/resolver.h"

namespace svc {

using NameAnswer = std::expected<std::vector<Address>, Resolver::Failure>;

class NameCache {
 public:
  explicit NameCache(size_t names_max) noexcept : names_max_(names_max) {}

  // What is known about `host` at `now`; nullptr: nothing. Valid until the next call.
  const NameAnswer* find(const std::string& host, Instant now);
  // Holds until `until`; makes room by dropping what ends soonest.
  void keep(const std::string& host, NameAnswer answer, Instant until, Instant now);
  void forget(const std::string& host) noexcept { names_.erase(host); }
  size_t size() const noexcept { return names_.size(); }

 private:
  struct Entry {
    NameAnswer answer;
    Instant until;
  };
  void make_room(Instant now);

  size_t names_max_;
  std::unordered_map<std::string, Entry> names_;
};

}  // namespace svc
