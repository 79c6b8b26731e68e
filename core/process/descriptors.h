// descriptors.h — what a child of the master still holds: a list, and nothing beside it.
//
// Why closed first: a worker that keeps another's channel keeps its life-line alive; one that keeps
// the pid file keeps its lock; one that keeps the master's epoll gets its events.
//
// Process: a child, right after fork(2).
#pragma once

#include <vector>

#include "core/base/result.h"

namespace svc {

// Closes every descriptor that isn't in `keep`. Errors: close_range(2).
Result<> close_all_but(std::vector<int> keep);

// stdin reads nothing; stdout and stderr go to `out` and `err` (-1: nowhere). These two may be in
// the keep list or not: they are copied. Errors: open(2), dup3(2).
Result<> redirect_stdio(int out, int err);

// Dispositions as after execve(2), nothing blocked, except that what a terminal or an operator
// sends to the whole process group is ignored: the master tells its children what it means.
Result<> reset_signals();

}  // namespace svc
