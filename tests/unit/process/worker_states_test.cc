#include "core/process/worker_states.h"

#include <gtest/gtest.h>

#include <map>
#include <utility>

namespace svc {
namespace {

using S = WorkerState;
using E = WorkerEvent;

// The table again, written down independently: what is not in here must be impossible.
const std::map<std::pair<S, E>, S> kPossible = {
    {{S::booting, E::reported_ready}, S::standby},
    {{S::standby, E::told_serve}, S::ready},
    {{S::standby, E::told_drain}, S::draining},
    {{S::ready, E::told_drain}, S::draining},
    {{S::draining, E::told_drain}, S::draining},
    {{S::booting, E::sent_abort}, S::aborting},
    {{S::standby, E::sent_abort}, S::aborting},
    {{S::ready, E::sent_abort}, S::aborting},
    {{S::draining, E::sent_abort}, S::aborting},
    {{S::booting, E::sent_kill}, S::killing},
    {{S::standby, E::sent_kill}, S::killing},
    {{S::ready, E::sent_kill}, S::killing},
    {{S::draining, E::sent_kill}, S::killing},
    {{S::aborting, E::sent_kill}, S::killing},
    {{S::booting, E::died}, S::gone},
    {{S::standby, E::died}, S::gone},
    {{S::ready, E::died}, S::gone},
    {{S::draining, E::died}, S::gone},
    {{S::aborting, E::died}, S::gone},
    {{S::killing, E::sent_kill}, S::killing},
    {{S::killing, E::died}, S::gone},
};

TEST(WorkerStates, HaveExactlyTheTransitionsThatAreMeant) {
  for (size_t s = 0; s < kWorkerStates; ++s)
    for (size_t e = 0; e < kWorkerEvents; ++e) {
      const auto state = static_cast<S>(s);
      const auto event = static_cast<E>(e);
      const auto expected = kPossible.find({state, event});
      const auto next = next_state(state, event);
      EXPECT_EQ(next.has_value(), expected != kPossible.end()) << name_of(state) << " × " << e;
      if (next && expected != kPossible.end()) {
        EXPECT_EQ(*next, expected->second);
      }
    }
}

TEST(WorkerStates, AllLeadToTheGrave) {
  for (size_t s = 0; s + 1 < kWorkerStates; ++s)
    EXPECT_EQ(advance(static_cast<S>(s), E::died), S::gone);
}

TEST(WorkerStates, HaveDistinctNames) {
  std::map<std::string_view, int> names;
  for (size_t s = 0; s < kWorkerStates; ++s) ++names[name_of(static_cast<S>(s))];
  EXPECT_EQ(names.size(), kWorkerStates);
}

TEST(WorkerStatesDeathTest, AnImpossiblePairIsOurOwnBug) {
  EXPECT_DEATH(advance(S::gone, E::told_serve), "check failed");
  EXPECT_DEATH(advance(S::booting, E::told_serve), "check failed");
}

}  // namespace
}  // namespace svc
