// supervision_support.h — a master's facts without a master, for the tests of supervise().
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/process/supervision.h"

namespace svc {

inline constexpr Instant kStart{1h};

template <class T>
std::vector<T> all(const Decisions& decisions) {
  std::vector<T> found;
  for (const Action& action : decisions.actions)
    if (const T* it = std::get_if<T>(&action)) found.push_back(*it);
  return found;
}

// A world without processes: facts, a clock, and the notes that a master would make.
class Supervision : public ::testing::Test {
 protected:
  ServiceFacts& add_service(const std::string& name, size_t workers,
                            SetRole role = SetRole::serving, uint64_t generation = 1) {
    ServiceFacts* service = facts.service(name);
    if (service == nullptr) {
      service = &facts.services.emplace_back();
      service->name = name;
    }
    service->sets.push_back(make_set(generation, role, workers, policy));
    return *service;
  }

  WorkerSet& set(const std::string& name, uint64_t generation = 1) {
    return *find_set(*facts.service(name), generation);
  }
  Seat& seat(size_t index = 0, uint64_t generation = 1, const std::string& name = "alpha") {
    return set(name, generation).seats.at(index);
  }

  WorkerKey spawn(Seat& at) {
    note_spawned(at, ++last_key, now);
    at.worker->beat = now;
    return last_key;
  }
  void make_ready(Seat& at) {
    if (!at.worker) spawn(at);
    note_event(at, WorkerEvent::reported_ready, now);
    at.worker->beat = now;
  }
  void make_serve(Seat& at) {
    make_ready(at);
    note_event(at, WorkerEvent::told_serve, now);
  }
  // Two workers that serve, announced.
  void usual() {
    add_service("alpha", 2);
    make_serve(seat(0));
    make_serve(seat(1));
    facts.announced = true;
  }
  void die(Seat& at, DeathCause cause) {
    note_death(facts, find_worker(facts, at.worker->key), cause, now, 0.5);
  }
  Decisions look() { return supervise(facts, now); }
  void beat_all() {
    for (auto& service : facts.services)
      for (auto& one : service.sets)
        for (auto& at : one.seats)
          if (at.worker) at.worker->beat = now;
  }

  Policy policy;
  Facts facts;
  Instant now = kStart;
  WorkerKey last_key = 0;
};

}  // namespace svc
