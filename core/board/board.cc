#include "core/board/board.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "core/base/check.h"
#include "core/base/sys.h"

namespace svc {
namespace {

constexpr uint64_t kBoardMagic = 0x6472616f62637673;  // "svcboard", little-endian.
constexpr size_t kSlotsOffset = 4096;                 // The header has a page to itself.

static_assert(std::is_standard_layout_v<WorkerSlot>, "the layout is shared between processes");
static_assert(sizeof(WorkerSlot) % 64 == 0, "workers must not share a cache line");
constexpr size_t kSlotsUsedOffset = 64;
constexpr size_t kLinesDroppedOffset = kSlotsUsedOffset + sizeof(BoardNumber);
static_assert(sizeof(BoardHeader) <= kSlotsUsedOffset);
static_assert(std::is_standard_layout_v<RouteSlot> && sizeof(RouteSlot) % 64 == 0);

// A page boundary, whatever a page is: 64 KiB at most.
constexpr size_t routes_offset(size_t slots) noexcept {
  constexpr size_t kPageMax = size_t{64} << 10;
  const size_t end = kSlotsOffset + slots * sizeof(WorkerSlot);
  return (end + kPageMax - 1) / kPageMax * kPageMax;
}

constexpr size_t board_size(size_t slots) noexcept {
  return routes_offset(slots) + slots * kRoutesOfSlot * sizeof(RouteSlot);
}

BoardHeader* header_of(const SharedMapping& mapping) noexcept {
  return reinterpret_cast<BoardHeader*>(mapping.bytes().data());
}

BoardNumber& number_at(const SharedMapping& mapping, size_t offset) noexcept {
  return *reinterpret_cast<BoardNumber*>(mapping.bytes().data() + offset);
}

BoardNumber& slots_used_of(const SharedMapping& mapping) noexcept {
  return number_at(mapping, kSlotsUsedOffset);
}

Error not_a_board(std::string_view why) {
  return Error::invalid("attach board: " + std::string(why));
}

}  // namespace

void RunningRequest::begin(uint64_t route_id, uint64_t id, Instant now) noexcept {
  route.set(route_id);
  request_id.set(id);
  started_ns.publish(static_cast<uint64_t>(Duration(now.time_since_epoch()).count()));
}

uint64_t WorkerSlot::answered() const noexcept {
  uint64_t sum = 0;
  for (size_t status_class = 2; status_class < kStatusClasses; ++status_class)
    sum += answers[status_class].get();
  return sum;
}

Result<Board> Board::create(size_t slots) {
  if (slots < 1 || slots > kSlotsMax)
    return Error::invalid("make board: " + std::to_string(slots) + " slots; 1 to " +
                          std::to_string(kSlotsMax) + " are possible");
  SVC_TRY(SharedMapping mapping, SharedMapping::create("svcd-board", board_size(slots)));
  *header_of(mapping) = {kBoardMagic, kBoardLayout, static_cast<uint32_t>(slots),
                         board_size(slots)};
  return Board(std::move(mapping), slots);
}

Result<Board> Board::attach(Fd memfd) {
  // The size must be right before the header is looked at: reading beyond a file's end is SIGBUS.
  struct stat facts {};
  if (sys::fstat(memfd.get(), &facts) < 0) return Error::from_errno("attach board");
  if (!S_ISREG(facts.st_mode)) return not_a_board("not a memfd");
  const auto size = static_cast<uint64_t>(facts.st_size);
  if (size < board_size(1) || size > board_size(kSlotsMax)) return not_a_board("impossible size");

  SVC_TRY(SharedMapping mapping, SharedMapping::attach(std::move(memfd), size));
  // A copy: whoever else maps it could change the words between check and use.
  const BoardHeader header = *header_of(mapping);
  if (header.magic != kBoardMagic) return not_a_board("wrong magic number");
  if (header.layout != kBoardLayout)
    return not_a_board("layout " + std::to_string(header.layout) + "; this svcd has layout " +
                       std::to_string(kBoardLayout));
  if (header.size != size || header.slots < 1 || header.slots > kSlotsMax ||
      board_size(header.slots) != size)
    return not_a_board("size and number of slots disagree");
  return Board(std::move(mapping), header.slots);
}

Board::Board(SharedMapping mapping, size_t slots) : mapping_(std::move(mapping)) {
  // Zeroed or already lived-in memory is a valid WorkerSlot: nothing may be constructed over it,
  // for a former worker's counters stand there.
  auto* first = reinterpret_cast<WorkerSlot*>(mapping_.bytes().data() + kSlotsOffset);
  slots_ = {first, slots};
  auto* rows = reinterpret_cast<RouteSlot*>(mapping_.bytes().data() + routes_offset(slots));
  routes_ = {rows, slots * kRoutesOfSlot};
  // A core dump would touch every row, and with that pay for it. Where it can't be had, it does.
  sys::madvise(rows, routes_.size_bytes(), MADV_DONTDUMP);
}

size_t Board::slots_used() const noexcept {
  const uint64_t used = slots_used_of(mapping_).get();
  return static_cast<size_t>(std::min<uint64_t>(used, slots_.size()));
}

BoardNumber& Board::master_log_lines_dropped() noexcept {
  return number_at(mapping_, kLinesDroppedOffset);
}

const BoardNumber& Board::master_log_lines_dropped() const noexcept {
  return number_at(mapping_, kLinesDroppedOffset);
}

std::span<RouteSlot> Board::routes(size_t index) noexcept {
  SVC_CHECK(index < slots_.size());
  return routes_.subspan(index * kRoutesOfSlot, kRoutesOfSlot);
}

std::span<const RouteSlot> Board::routes(size_t index) const noexcept {
  SVC_CHECK(index < slots_.size());
  return routes_.subspan(index * kRoutesOfSlot, kRoutesOfSlot);
}

WorkerSlot& Board::slot(size_t index) noexcept {
  SVC_CHECK(index < slots_.size());
  return slots_[index];
}

const WorkerSlot& Board::slot(size_t index) const noexcept {
  SVC_CHECK(index < slots_.size());
  return slots_[index];
}

void Board::claim(size_t index, std::string_view service) noexcept {
  WorkerSlot& mine = slot(index);
  mine.service.set(service);
  slots_used_of(mapping_).set(std::max(slots_used(), index + 1));
  mine.beat_ns.set(0);
  mine.loop.end();
  for (auto& thread : mine.pool) thread.running.end();
  mine.connections_open.set(0);
  mine.connections_idle.set(0);
  mine.requests_in_flight.set(0);
  mine.loop_lag_ns.set(0);
  mine.draining.set(0);
  mine.jobs_queued.set(0);
  mine.jobs_age_ns.set(0);
  const uint64_t taken = std::min<uint64_t>(mine.routes_used.get(), kRoutesOfSlot);
  for (RouteSlot& route : routes(index).first(static_cast<size_t>(taken))) route.in_flight.set(0);
  for (UpstreamSlot& upstream : mine.upstreams) {
    upstream.breaker.set(0);
    upstream.ejected.set(0);
  }
  mine.owner.add();
}

}  // namespace svc
