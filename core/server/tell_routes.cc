#include "core/server/tell_routes.h"

#include <string>

#include "core/http/application.h"
#include "core/process/channel.h"
#include "core/process/route_row.h"

namespace svc {

Result<> tell_routes(const Application& application, Channel& channel) {
  std::string rows;
  for (const RouteInfo& route : application.routes()) {
    const std::string row =
        encode_route_row({route.method, route.pattern, route.name, route.summary, route.deadline,
                          route.body_max, route.offloaded, route.around});
    if (rows.size() + row.size() > kChannelTextMax) {
      SVC_TRY_VOID(channel.send(ChannelKind::routes, 0, rows));
      rows.clear();
    }
    rows += row.substr(0, kChannelTextMax);
  }
  return channel.send(ChannelKind::routes, 0, rows);
}

}  // namespace svc
