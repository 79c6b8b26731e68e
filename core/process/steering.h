// steering.h — who gets new connections, and who empties the queue of a worker that doesn't.
//
// Why: a worker that is stopped or hung is killed after heartbeat_timeout only, and one that can't
// start waits for its back-off; what would be queued for it meanwhile is steered to its siblings
// (Listener::steer), and what is queued already is accepted by one of them, its keeper: the next
// worker that is well.
//
// A shared socket has no queue of anybody's, but the kernel may have woken the one who is stopped
// for what waits there: the others are told to look.
//
// supervise() decides who is away (Steer); here it is carried out.
//
// Process: the master.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/process/pool.h"

namespace svc {

// Each of `away` (ascending) with the next one of `workers` that isn't, around the end if need be.
// REQUIRES: there is one.
std::map<uint32_t, uint32_t> keepers_of(size_t workers, const std::vector<uint32_t>& away);

void steer(MasterState& master, Pool& pool, const Steer& action);
// Before the number of workers changes, or they all do: nobody is away, nobody keeps anything.
void steer_anew(MasterState& master, Pool& pool, const std::string& service);
// This worker has just been told to serve: what it has to keep.
void brief_keeper(MasterState& master, Pool& pool, const std::string& service, uint32_t index);

}  // namespace svc
