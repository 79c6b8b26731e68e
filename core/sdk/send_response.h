// send_response.h — a Response to an Exchange: the one place that knows a text from a file.
#pragma once

#include "core/http/application.h"
#include "core/sdk/response.h"

namespace svc {

// Throws std::invalid_argument for a status that no answer has.
void send_response(Response&& response, Exchange& exchange);

}  // namespace svc
