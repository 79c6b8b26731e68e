// pool_observer.h — what each pool thread runs, written to the worker's slot of the board.
//
// Threads: each pool thread writes its own entry, nobody else's.
#pragma once

#include "core/board/board.h"
#include "core/loop/offload.h"

namespace svc {

class PoolObserver final : public OffloadObserver {
 public:
  explicit PoolObserver(WorkerSlot& slot) noexcept : slot_(slot) {}

  // `label`: the const Exchange* of the request, or nullptr for work of no request.
  void job_began(size_t thread, const void* label) noexcept override;
  void job_ended(size_t thread) noexcept override;

 private:
  WorkerSlot& slot_;
};

}  // namespace svc
