// refusal.h — a request that the codec will not pass on: the status owed and the rule broken.
#pragma once

#include <string_view>

namespace svc {

struct Refusal {
  int status = 0;           // 400, 414, 417, 421, 431, 501, 505; 0: none.
  std::string_view detail;  // One static sentence: what was wrong, by which rule.

  explicit operator bool() const noexcept { return status != 0; }
};

}  // namespace svc
