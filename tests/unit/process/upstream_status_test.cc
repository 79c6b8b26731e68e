// Whom the workers call, over all of them.
#include "core/process/upstream_status.h"

#include <gtest/gtest.h>

#include "core/base/json_writer.h"

namespace svc {
namespace {

TEST(UpstreamStatus, AddsUpWhatWorkersSayAndAsksOnlyTheLivingForTheirState) {
  Board board = Board::create(3).value();
  for (const size_t index : {0, 1, 2}) {
    UpstreamSlot& slot = board.slot(index).upstreams[index];  // Not in the same order everywhere.
    slot.take("prices");
    slot.requests.add(10);
    slot.failures.add(index);
    slot.breaker.set(index == 0 ? 0 : 1);
    slot.ejected.set(index);
  }
  const size_t all[] = {0, 1, 2};
  const size_t living[] = {0, 1};
  const auto rows = upstream_rows(board, all, living);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].requests, 30u);
  EXPECT_EQ(rows[0].failures, 3u);
  EXPECT_EQ(rows[0].open, 1u);
  EXPECT_EQ(rows[0].ejected, 1u);
  std::string text;
  JsonWriter json(text);
  write_upstreams(json, rows);
  EXPECT_EQ(text,
            R"([{"name":"prices","breaker":"open","workers_open":1,"ejected":1,"requests":30,)"
            R"("failures":3,"retries":0,"hedges":0,"refused":0}])");
}

TEST(UpstreamStatus, BoundsWhatAWorkerCanMakeTheMasterSay) {
  Board board = Board::create(8).value();
  std::vector<size_t> slots;
  for (size_t index = 0; index < 8; ++index) {
    slots.push_back(index);
    for (size_t i = 0; i < kUpstreamsShown; ++i)
      board.slot(index).upstreams[i].take(std::to_string(index * 100 + i));
  }
  EXPECT_EQ(upstream_rows(board, slots, slots).size(), kUpstreamsShown * 2);
}

}  // namespace
}  // namespace svc
