#include "core/board/board.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/sys.h"

namespace svc {
namespace {

constexpr Instant kStart{1h};

Board board_of(size_t slots) {
  auto board = Board::create(slots);
  if (!board) throw std::runtime_error(board.error().text);
  return *std::move(board);
}

// A sealed memfd of `size` bytes that begins with `header`.
Fd memfd_with(const BoardHeader& header, size_t size, int seals = F_SEAL_SHRINK | F_SEAL_GROW) {
  Fd memfd(sys::memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  EXPECT_EQ(sys::write(memfd.get(), &header, sizeof header), ssize_t(sizeof header));
  EXPECT_EQ(sys::ftruncate(memfd.get(), static_cast<off_t>(size)), 0);
  EXPECT_EQ(sys::fcntl(memfd.get(), F_ADD_SEALS, seals), 0);
  return memfd;
}

BoardHeader header_of(const Board& board) {
  BoardHeader header{};
  EXPECT_EQ(sys::pread(board.descriptor(), &header, sizeof header, 0), ssize_t(sizeof header));
  return header;
}

// Runs `body` in a child that then dies by SIGKILL.
template <class Body>
void in_killed_child(Body body) {
  const pid_t child = ::fork();
  if (child == 0) {
    body();
    ::raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
}

TEST(Board, RefusesSlotCountsOutsideItsBounds) {
  EXPECT_EQ(Board::create(0).error().code, std::errc::invalid_argument);
  EXPECT_EQ(Board::create(Board::kSlotsMax + 1).error().code, std::errc::invalid_argument);
  EXPECT_EQ(board_of(Board::kSlotsMax).slots(), Board::kSlotsMax);
}

TEST(Board, BeginsWithEverySlotBootingAndEveryCounterZero) {
  Board board = board_of(3);
  for (size_t i = 0; i < board.slots(); ++i) {
    EXPECT_EQ(board.slot(i).beat_ns.get(), 0u);
    EXPECT_EQ(board.slot(i).owner.get(), 0u);
    EXPECT_EQ(board.slot(i).answered(), 0u);
  }
}

TEST(Board, GivesEachSlotItsOwnCacheLines) {
  Board board = board_of(2);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(&board.slot(0)) % 64, 0u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(&board.slot(1)) % 64, 0u);
  EXPECT_GE(
      reinterpret_cast<std::byte*>(&board.slot(1)) - reinterpret_cast<std::byte*>(&board.slot(0)),
      ptrdiff_t(sizeof(WorkerSlot)));
}

TEST(Board, KeepsWhatAKilledWorkerCounted) {
  Board board = board_of(2);
  board.claim(1, "demo");
  in_killed_child([&] {
    board.slot(1).beat_ns.set(77);
    board.slot(1).answers[2].add(40);
    board.slot(1).answers[5].add(2);
    board.slot(1).bytes_out.add(9000);
    board.slot(1).loop.begin(3, 0xabcd, kStart);
  });
  EXPECT_EQ(board.slot(1).beat_ns.get(), 77u);
  EXPECT_EQ(board.slot(1).answered(), 42u);
  EXPECT_EQ(board.slot(1).bytes_out.get(), 9000u);
  EXPECT_EQ(board.slot(1).loop.route.get(), 3u);
  EXPECT_EQ(board.slot(1).loop.request_id.get(), 0xabcdu);
  EXPECT_EQ(board.slot(0).answered(), 0u);
}

TEST(Board, ANewOwnerContinuesTheCountersAndStartsItsGaugesAtZero) {
  Board board = board_of(1);
  board.claim(0, "demo");
  WorkerSlot& slot = board.slot(0);
  slot.beat_ns.set(5);
  slot.connections_open.set(9);
  slot.connections_idle.set(8);
  slot.requests_in_flight.set(1);
  slot.draining.set(1);
  slot.connections_accepted.add(100);
  slot.connections_refused.add(1);
  slot.requests_failed.add(2);
  slot.answers[4].add(3);
  slot.loop_stalls.add(4);
  slot.loop.begin(1, 2, kStart);
  slot.pool[63].running.begin(1, 2, kStart);

  board.claim(0, "demo");
  EXPECT_EQ(slot.owner.get(), 2u);
  EXPECT_EQ(slot.beat_ns.get(), 0u);
  EXPECT_EQ(slot.connections_open.get(), 0u);
  EXPECT_EQ(slot.connections_idle.get(), 0u);
  EXPECT_EQ(slot.requests_in_flight.get(), 0u);
  EXPECT_EQ(slot.draining.get(), 0u);
  EXPECT_EQ(slot.loop.started_ns.get(), 0u);
  EXPECT_EQ(slot.pool[63].running.started_ns.get(), 0u);

  EXPECT_EQ(slot.connections_accepted.get(), 100u);
  EXPECT_EQ(slot.connections_refused.get(), 1u);
  EXPECT_EQ(slot.requests_failed.get(), 2u);
  EXPECT_EQ(slot.answered(), 3u);
  EXPECT_EQ(slot.loop_stalls.get(), 4u);
}

TEST(Board, ARunningRequestShowsSinceWhenAndIsGoneOnceItEnds) {
  Board board = board_of(1);
  RunningRequest& running = board.slot(0).loop;
  running.begin(7, 42, kStart);
  EXPECT_EQ(running.started_ns.get_published(),
            static_cast<uint64_t>(Duration(kStart.time_since_epoch()).count()));
  running.end();
  EXPECT_EQ(running.started_ns.get_published(), 0u);
}

TEST(Board, InformationalAnswersAreNotAnswers) {
  Board board = board_of(1);
  board.slot(0).answers[1].add(10);
  board.slot(0).answers[3].add();
  EXPECT_EQ(board.slot(0).answered(), 1u);
}

TEST(Board, KnowsHowManySlotsWereEverUsedAndByWhom) {
  Board board = board_of(4);
  EXPECT_EQ(board.slots_used(), 0u);
  board.claim(2, "users");
  board.claim(0, "tasks");
  EXPECT_EQ(board.slots_used(), 3u);
  EXPECT_EQ(board.slot(2).service.get(), "users");
  auto second = Board::attach(Fd(sys::dup_cloexec(board.descriptor())));
  ASSERT_TRUE(second) << second.error().text;
  EXPECT_EQ(second->slots_used(), 3u);
}

TEST(Board, AnotherMasterAttachesAndGoesOnCounting) {
  Board first = board_of(4);
  first.slot(2).bytes_in.add(10);
  auto second = Board::attach(Fd(sys::dup_cloexec(first.descriptor())));
  ASSERT_TRUE(second) << second.error().text;
  EXPECT_EQ(second->slots(), 4u);
  second->slot(2).bytes_in.add(1);
  EXPECT_EQ(first.slot(2).bytes_in.get(), 11u);
}

TEST(Board, AttachRefusesWhatIsNoBoard) {
  const Board board = board_of(1);
  const BoardHeader good = header_of(board);
  const size_t size = good.size;
  EXPECT_TRUE(Board::attach(memfd_with(good, size)));

  const auto refused = [](Fd fd) { return Board::attach(std::move(fd)).error().text; };
  const auto changed = [&](auto change) {
    BoardHeader header = good;
    change(header);
    return refused(memfd_with(header, size));
  };
  EXPECT_NE(changed([](auto& h) { h.magic ^= 1; }).find("magic"), std::string::npos);
  EXPECT_NE(changed([](auto& h) { h.layout = 99; }).find("layout 99"), std::string::npos);
  EXPECT_NE(changed([](auto& h) { h.slots = 2; }).find("disagree"), std::string::npos);
  EXPECT_NE(changed([](auto& h) { h.slots = 0; }).find("disagree"), std::string::npos);
  EXPECT_NE(changed([](auto& h) { h.size = 1; }).find("disagree"), std::string::npos);
  EXPECT_NE(refused(memfd_with(good, 0)).find("size"), std::string::npos);
  EXPECT_NE(refused(memfd_with(good, size - 64)).find("size"), std::string::npos);
  EXPECT_FALSE(Board::attach(memfd_with(good, size, F_SEAL_GROW)));  // It could shrink: SIGBUS.
  EXPECT_FALSE(Board::attach(Fd(sys::open("/dev/zero", O_RDWR | O_CLOEXEC))));
  EXPECT_FALSE(Board::attach(Fd()));
}

TEST(BoardDeathTest, AnIndexBeyondTheEndIsOurBug) {
  Board board = board_of(2);
  EXPECT_DEATH(static_cast<void>(board.slot(2)), "check failed: index < slots_.size\\(\\)");
}

TEST(UpstreamSlot, KeepsTheBeginningOfAName) {
  Board board = board_of(1);
  UpstreamSlot& slot = board.slot(0).upstreams[0];
  EXPECT_EQ(slot.name(), "");
  slot.take("prices");
  EXPECT_EQ(slot.name(), "prices");
  const std::string longer(40, 'x');
  slot.take(longer);
  EXPECT_EQ(slot.name(), UpstreamSlot::short_name(longer));
  EXPECT_EQ(slot.name().size(), UpstreamSlot::kNameMax);
  slot.take("a");
  EXPECT_EQ(slot.name(), "a");
}

TEST(UpstreamSlot, CountersGoOnAndGaugesDont) {
  Board board = board_of(1);
  UpstreamSlot& slot = board.slot(0).upstreams[0];
  slot.take("prices");
  slot.requests.add(7);
  slot.breaker.set(1);
  slot.ejected.set(1);
  board.claim(0, "demo");
  EXPECT_EQ(slot.name(), "prices");
  EXPECT_EQ(slot.requests.get(), 7u);
  EXPECT_EQ(slot.breaker.get(), 0u);
  EXPECT_EQ(slot.ejected.get(), 0u);
}

}  // namespace
}  // namespace svc
