#include "core/process/access_targets.h"

#include "core/base/log.h"

namespace svc {

void reopen_access_logs(MasterState& master, Pool& pool, Strays& strays) {
  for (auto& [name, service] : master.services)
    for (auto& [number, generation] : service.generations) {
      if (auto opened = reopen_access_log(*generation); !opened)
        log::error("{}; it goes on as before", opened.error().text);
      if (const int target = generation->access_log.descriptor(); target >= 0)
        strays.tell_access_target(name, target);  // The latest generation's counts.
    }
  pool.tell_access_targets();
}

}  // namespace svc
