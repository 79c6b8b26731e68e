// adoption.h — a new master takes over what its predecessor left (estate.h): listeners, board,
// hand-over pairs, numbers. What can't be used is said and made anew.
//
// Process: the master, before it opens or forks anything.
#pragma once

#include <vector>

#include "core/process/estate.h"
#include "core/process/master_state.h"

namespace svc {

struct FoundEstate {
  Estate estate;
  // It came from somebody who may speak for this service alone: systemd, the former master itself,
  // or a worker of that service's user. From others: no connections are handed over by its pair.
  bool trusted = true;
};

// Of several for one service the latest counts. True if there was any.
bool adopt_estates(MasterState& master, std::vector<FoundEstate> found);

}  // namespace svc
