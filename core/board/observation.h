// observation.h — what a service that watches the others may look at: the board, and what the
// master posts (bulletin.h).
//
// Why one for the process: the worker has it before the service's routes are made, and routes are
// made by a function that is told of nothing but its options. Only a worker of `builtin = "admin"`
// is given one.
//
// Process and thread: a worker; set before its service's code runs, read by its loop thread.
#pragma once

#include "core/base/api.h"
#include "core/board/board.h"
#include "core/board/bulletin.h"

namespace svc {

struct Observation {
  const Board* board = nullptr;  // Lives as long as the process.
  BulletinReader facts;
};

SVC_API void set_observation(Observation observation);
SVC_API const Observation* observation() noexcept;  // nullptr: this worker is given none.

}  // namespace svc
