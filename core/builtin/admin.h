// admin.h — builtin = "admin": how svcd and its services do, for machines and people.
//
//   /metrics       what Prometheus scrapes (admin_metrics.h; names and meaning: svcd(8))
//   /livez         200 while this worker answers
//   /readyz        200 while every service has a worker that serves, else 503 with the reasons
//   /status.json   admin_status.h
//   /              a page that shows it
//
// Why a service: it is reloaded, supervised and bounded like any other, and the master answers no
// network client. It reads what is in shared memory (core/board/observation.h) and asks nobody, so
// it tells how things stand even while the master doesn't.
//
// Not for the public: it names routes, processes and the last deaths. Nothing here changes
// anything.
//
// Process: a worker. Thread: the loop's.
#pragma once

namespace svc {

class App;
void admin_routes(App& app);

}  // namespace svc
