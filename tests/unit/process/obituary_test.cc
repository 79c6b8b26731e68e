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
    board_.claim(0);
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

TEST_F(ObituaryTest, IsOneLineWhateverAWorkerWrote) {
  death_.was_ready = false;
  failure_ = "two\nlines\x1b[31m";
  EXPECT_EQ(told().find_first_of("\n\x1b"), std::string::npos);
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
