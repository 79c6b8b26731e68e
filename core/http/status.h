// status.h — the registered status codes: one table, from which phrases and status lines come.
#pragma once

#include <string_view>

namespace svc {

// "HTTP/1.1 404 Not Found\r\n", prebuilt; "" for what is not registered.
std::string_view status_line(int status) noexcept;

}  // namespace svc
