// admin_page.h — the page of builtin = "admin" as it is in its files (admin_page/): no asset from
// elsewhere, nothing to fetch but status.json.
#pragma once

#include <string_view>

namespace svc {

extern const std::string_view kAdminPage;
extern const std::string_view kAdminStyle;
extern const std::string_view kAdminScript;

}  // namespace svc
