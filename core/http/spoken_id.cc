#include "core/http/spoken_id.h"

#include <fmt/format.h>

#include "core/http/chars.h"

namespace svc {

bool is_spoken_id(std::string_view said) noexcept {
  return said.size() <= kSpokenIdMax && is_token(said);
}

std::optional<std::string_view> said_id(const RequestHead& head) noexcept {
  const auto said = head.header("X-Request-Id");
  return said && is_spoken_id(*said) ? said : std::nullopt;
}

std::string spoken_id(const RequestHead& head, uint64_t id) {
  if (const auto said = said_id(head)) return std::string(*said);
  return fmt::format("{:016x}", id);
}

std::string spoken_id(const Exchange& exchange) {
  return spoken_id(exchange.head(), exchange.id());
}

}  // namespace svc
