// answer_fields.h — fields of whatever is answered to one request: a value, a stream, an error, the
// server's own refusal at a deadline.
//
// Why apart from ResponseHead: who adds them (a middleware, before the handler runs) doesn't know
// which answer it will be. Empty for most requests: nothing is allocated then.
//
// Thread: the request's fiber, or the pool's thread that runs its handler.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/api.h"
#include "core/http/message.h"

namespace svc {

class SVC_API AnswerFields {
 public:
  // Checked as ResponseHead does it: throws std::invalid_argument.
  void set(std::string_view name, std::string_view value);  // In place of the answer's own.
  void add(std::string_view name, std::string_view value);  // Beside it.
  bool empty() const noexcept { return fields_.empty(); }
  void clear() noexcept { fields_.clear(); }

  size_t made() const noexcept { return made_; }  // How many there have ever been.

  void apply(ResponseHead& head) const {
    if (!fields_.empty()) apply_since(0, head);
  }
  void apply_since(size_t made, ResponseHead& head) const;  // Those that came after made() was so.

 private:
  struct Field {
    std::string name, value;
    bool replaces;
    size_t number;
  };
  void keep(std::string_view name, std::string_view value, bool replaces);

  std::vector<Field> fields_;
  size_t made_ = 0;
};

}  // namespace svc
