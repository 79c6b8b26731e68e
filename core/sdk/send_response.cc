#include "core/sdk/send_response.h"

#include <utility>

namespace svc {

void send_response(Response&& response, Exchange& exchange) {
  const int status = response.status();
  check_status(status);
  // These have no content (RFC 9110 6.4.1), so nothing may be said of it either.
  if (status == 204 || status == 205 || status == 304) response.clear_content();
  ResponseHead head = std::move(response.head());
  if (response.in_pieces()) {
    exchange.respond_pieces(std::move(head), std::move(response).take_pieces());
  } else {
    exchange.respond(std::move(head), std::move(response).take_body());
  }
}

}  // namespace svc
