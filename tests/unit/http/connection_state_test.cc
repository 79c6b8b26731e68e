#include "core/http/connection_state.h"

#include <gtest/gtest.h>

#include <queue>
#include <set>

namespace svc {
namespace {

using Event = ConnectionEvent;

TEST(ConnectionState, FollowsTheTable) {
  for (const ConnectionTransition& row : kConnectionTransitions) {
    EXPECT_EQ(next_state(row.from, row.event), row.to);
  }
}

TEST(ConnectionState, EveryStateIsReachedAndEveryOneCanEnd) {
  std::set<ConnectionState> seen{ConnectionState::idle};
  std::queue<ConnectionState> open({ConnectionState::idle});
  while (!open.empty()) {
    for (const ConnectionTransition& row : kConnectionTransitions) {
      if (row.from == open.front() && seen.insert(row.to).second) open.push(row.to);
    }
    open.pop();
  }
  EXPECT_EQ(seen.size(), kConnectionStates);
  for (const ConnectionState state : seen) {
    if (state == ConnectionState::closed) continue;
    EXPECT_EQ(next_state(state, Event::ended), ConnectionState::closed);
  }
}

TEST(ConnectionState, NoPairIsListedTwice) {
  std::set<std::pair<ConnectionState, Event>> pairs;
  for (const ConnectionTransition& row : kConnectionTransitions) {
    EXPECT_TRUE(pairs.emplace(row.from, row.event).second);
  }
}

TEST(ConnectionStateDeathTest, AnImpossiblePairEndsTheWorker) {
  EXPECT_DEATH(next_state(ConnectionState::idle, Event::answered), "check failed");
  EXPECT_DEATH(next_state(ConnectionState::closed, Event::bytes), "check failed");
}

}  // namespace
}  // namespace svc
