#include "core/http/tell_request_id.h"

#include "core/http/spoken_id.h"

namespace svc {

void add_request_id(TellId when, const RequestHead& request, uint64_t id, ResponseHead& answer) {
  if (when == TellId::asked && !said_id(request)) return;
  if (!answer.has("X-Request-Id")) answer.add("X-Request-Id", spoken_id(request, id));
}

}  // namespace svc
