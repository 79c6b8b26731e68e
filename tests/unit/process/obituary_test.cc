#include "core/process/obituary.h"

#include <gtest/gtest.h>
#include <signal.h>

#include "core/board/board.h"

namespace svc {
namespace {

class ObituaryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    generation_.routes = "GET /\nPOST /orders\nGET /block/{ms}\n";
    generation_.config.threads = 4;
    death_.pid = 412;
    death_.was_ready = true;
    death_.status = SIGSEGV;
    board_.claim(0, "demo");
  }
  std::string told() {
    return obituary({"users", 1, generation_, board_.slot(0), failure_, kill_reason_}, death_);
  }

  Board board_ = std::move(*Board::create(1));
  Generation generation_;
  Death death_;
  std::string failure_, kill_reason_;
};

TEST_F(ObituaryTest, NamesSignalRouteAndRequest) {
  death_.words.signal = SIGSEGV;
  death_.words.code = 1;
  death_.words.route = 1;
  death_.words.request_id = 0xa3;
  death_.words.thread = "loop";
  death_.words.address = 0x10;
  EXPECT_EQ(told(),
            "users worker 1 (pid 412) died: SIGSEGV in POST /orders id=00000000000000a3 (loop), "
            "address 0x10");
}

TEST_F(ObituaryTest, AsksTheBoardWhatAKilledWorkerWasDoing) {
  death_.status = SIGKILL;
  board_.slot(0).loop.begin(0, 1, Instant(1s));
  board_.slot(0).pool[3].running.begin(2, 2, Instant(1s));
  EXPECT_EQ(told(),
            "users worker 1 (pid 412) died: SIGKILL in GET / id=0000000000000001 (loop), "
            "GET /block/{ms} id=0000000000000002 (pool 3)");
}

TEST_F(ObituaryTest, SaysWhyWeEndedIt) {
  death_.status = SIGABRT;
  death_.words.signal = SIGABRT;
  death_.words.sender = 1;
  kill_reason_ = "no sign of life for heartbeat_timeout, 10s";
  EXPECT_EQ(told(),
            "users worker 1 (pid 412) died: SIGABRT, because no sign of life for "
            "heartbeat_timeout, 10s");
}

TEST_F(ObituaryTest, TellsAFailedBootInItsOwnWords) {
  death_.was_ready = false;
  death_.status = 1 << 8;
  failure_ = "no setting \"databse\"";
  EXPECT_EQ(told(),
            "users worker 1 (pid 412) failed to boot: no setting \"databse\" (exit status 1)");
  failure_ = "";
  EXPECT_EQ(told(), "users worker 1 (pid 412) died while booting: exit status 1");
}

TEST_F(ObituaryTest, GivesEachReasonOfAFailedBootItsLine) {
  death_.was_ready = false;
  death_.status = 1 << 8;
  failure_ = "a.toml:1:2: users.one: is required\na.toml:3:4: users.two: is\trequired\n";
  EXPECT_EQ(told(),
            "users worker 1 (pid 412) failed to boot for 2 reasons (exit status 1)\n"
            "  a.toml:1:2: users.one: is required\n"
            "  a.toml:3:4: users.two: is required");
}

TEST_F(ObituaryTest, TellsWhoSentASignal) {
  death_.words.signal = SIGSEGV;
  death_.words.sender = 77;
  EXPECT_EQ(told(), "users worker 1 (pid 412) died: SIGSEGV, sent by pid 77");
}

TEST_F(ObituaryTest, NotesAStackOverflow) {
  death_.words.signal = SIGSEGV;
  death_.words.code = 1;
  death_.words.note = "stack overflow in fiber";
  EXPECT_EQ(told(), "users worker 1 (pid 412) died: SIGSEGV, stack overflow in fiber");
}

TEST_F(ObituaryTest, HasNoControlCharactersWhateverAWorkerWrote) {
  death_.was_ready = false;
  failure_ = "one\rline\x1b[31m";
  EXPECT_EQ(told().find_first_of("\n\r\x1b"), std::string::npos);
  failure_ = "two\r\nlines\x1b[31m\n\n";
  EXPECT_EQ(told().find_first_of("\r\x1b"), std::string::npos);
}

TEST(NumberedFrames, FoldWhatARecursionLeaves) {
  EXPECT_EQ(numbered_frames({"f", "g", "g", "g", "main"}),
            std::vector<std::string>({"#0 f", "#1 g (3 times)", "#4 main"}));
  EXPECT_EQ(numbered_frames({"g", "g"}), std::vector<std::string>({"#0 g (2 times)"}));
  EXPECT_TRUE(numbered_frames({}).empty());
}

TEST_F(ObituaryTest, SurvivesAScribbledSlot) {
  death_.status = SIGKILL;
  generation_.config.threads = 1'000'000;
  auto& slot = board_.slot(0);
  slot.loop.begin(~0ULL, ~0ULL, Instant::max());
  for (auto& thread : slot.pool) thread.running.begin(~0ULL, ~0ULL, Instant::max());
  EXPECT_NE(told().find("route 18446744073709551615"), std::string::npos) << told();
  EXPECT_LT(told().size(), 1000U);
}

}  // namespace
}  // namespace svc
