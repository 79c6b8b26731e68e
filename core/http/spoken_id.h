// spoken_id.h — how a request is called in logs, by its handler, in its answer, to other services.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/http/application.h"

namespace svc {

inline constexpr size_t kSpokenIdMax = 128;

// The client's X-Request-Id, if it is a token of at most kSpokenIdMax characters, so that the logs
// of services that call each other say one thing; else Exchange::id() in 16 hexadecimal digits.
SVC_API std::string spoken_id(const Exchange& exchange);
SVC_API std::string spoken_id(const RequestHead& head, uint64_t id);
// The first of the two, if there is one.
SVC_API std::optional<std::string_view> said_id(const RequestHead& head) noexcept;
SVC_API bool is_spoken_id(std::string_view said) noexcept;

}  // namespace svc
