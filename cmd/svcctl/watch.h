// watch.h — `svcctl run --watch`: the server in the foreground, built and reloaded as files change.
//
// Three programs run beside svcctl, one at a time but for the server (job.h): the build (sh -c),
// the server (svcd), and `svcctl reload`, so that nothing that takes its time keeps us from hearing
// an interruption. A build that fails, or a generation that doesn't start, says so itself; what
// served before goes on.
#pragma once

#include "cmd/svcctl/session.h"

namespace svc {

// Returns the exit status, once it has been interrupted and the server has ended.
int run_watching(const Session& session);

}  // namespace svc
