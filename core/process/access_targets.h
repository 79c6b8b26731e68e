// access_targets.h — access logs that have files of their own, opened anew after a rename.
//
// Why the master opens them: workers may not be allowed to, as with the log itself; and all of them
// must go over to the same new file.
//
// Process: the master.
#pragma once

#include "core/process/master_state.h"
#include "core/process/pool.h"
#include "core/process/strays.h"

namespace svc {

// What can't be opened is told in the log, and goes on in the file that it has.
void reopen_access_logs(MasterState& master, Pool& pool, Strays& strays);

}  // namespace svc
