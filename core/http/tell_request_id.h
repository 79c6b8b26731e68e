// tell_request_id.h — X-Request-Id in an answer: by this name the request is found in the logs.
//
// Why not always: most clients never look, and it is some forty bytes of each answer. One that
// sends the field itself wants to see that it was heard.
#pragma once

#include <cstdint>

#include "core/http/message.h"

namespace svc {

enum class TellId : uint8_t { never, asked, always };

// For tell_request_id(), where the field is there or all are told.
void add_request_id(TellId when, const RequestHead& request, uint64_t id, ResponseHead& answer);

// One that the service has set itself stays.
inline void tell_request_id(TellId when, const RequestHead& request, uint64_t id,
                            ResponseHead& answer) {
  if (when == TellId::never) return;
  if (when == TellId::asked && !request.header("X-Request-Id")) return;
  add_request_id(when, request, id, answer);
}

}  // namespace svc
