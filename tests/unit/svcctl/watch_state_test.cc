#include "cmd/svcctl/watch_state.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

class WatchStateTest : public ::testing::Test {
 protected:
  // Built, started, at rest.
  void settle() {
    ASSERT_EQ(state_.next(now_, false), WatchStep::build);
    state_.built(true, true);
    ASSERT_EQ(state_.next(now_, false), WatchStep::start);
    ASSERT_EQ(state_.due(now_), std::nullopt);
  }
  WatchStep after(Duration time, bool serving = true) {
    now_ += time;
    return state_.next(now_, serving);
  }

  Instant now_{1h};
  WatchState state_{true};
};

TEST_F(WatchStateTest, BuildsThenStarts) { settle(); }

TEST_F(WatchStateTest, StartsAtOnceWhereNothingIsBuilt) {
  WatchState state(false);
  EXPECT_EQ(state.next(now_, false), WatchStep::start);
  state.source_changed(now_);
  EXPECT_EQ(state.due(now_), std::nullopt);
}

TEST_F(WatchStateTest, DoesNotStartWhatWasNotBuilt) {
  EXPECT_EQ(state_.next(now_, false), WatchStep::build);
  state_.built(false, true);
  EXPECT_EQ(state_.due(now_), std::nullopt);
  state_.source_changed(now_);
  EXPECT_EQ(after(WatchState::kQuiet, false), WatchStep::build);
  state_.built(true, true);
  EXPECT_EQ(state_.next(now_, false), WatchStep::start);
}

TEST_F(WatchStateTest, GathersChangesUntilItIsQuiet) {
  settle();
  state_.source_changed(now_);
  EXPECT_EQ(after(100ms), WatchStep::nothing);
  state_.source_changed(now_);
  EXPECT_EQ(after(100ms), WatchStep::nothing);
  EXPECT_EQ(state_.due(now_), now_ + 50ms);
  EXPECT_EQ(after(50ms), WatchStep::build);
}

TEST_F(WatchStateTest, IsNotPutOffForEver) {
  settle();
  const Instant began = now_;
  WatchStep step = WatchStep::nothing;
  while (step == WatchStep::nothing && now_ < began + 10s) {
    state_.source_changed(now_);
    step = after(100ms);
  }
  EXPECT_EQ(step, WatchStep::build);
  EXPECT_EQ(now_, began + WatchState::kPatience);
}

TEST_F(WatchStateTest, ReloadsAfterABuildThatHasMadeAnything) {
  settle();
  state_.source_changed(now_);
  EXPECT_EQ(after(1s), WatchStep::build);
  state_.built(true, false);
  EXPECT_EQ(after(1s), WatchStep::nothing);
  state_.source_changed(now_);
  EXPECT_EQ(after(1s), WatchStep::build);
  state_.built(true, true);
  EXPECT_EQ(after(0s), WatchStep::reload);
  EXPECT_EQ(after(1s), WatchStep::nothing);
}

TEST_F(WatchStateTest, ServesWhatIsBuiltEvenIfEachBuildAsksForTheNext) {
  EXPECT_EQ(state_.next(now_, false), WatchStep::build);
  state_.source_changed(now_);
  state_.built(true, true);
  EXPECT_EQ(after(1s, false), WatchStep::start);
  EXPECT_EQ(after(0s), WatchStep::build);
}

TEST_F(WatchStateTest, ReloadsWhatOthersHaveChanged) {
  settle();
  state_.loaded_changed(now_);
  EXPECT_EQ(after(1s), WatchStep::reload);
}

TEST_F(WatchStateTest, StartsAServerThatHasEndedWhenSomethingChanges) {
  settle();
  state_.server_ended();
  EXPECT_EQ(after(1s, false), WatchStep::nothing);
  state_.loaded_changed(now_);
  EXPECT_EQ(after(1s, false), WatchStep::start);
}

}  // namespace
}  // namespace svc
