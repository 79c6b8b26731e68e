#include "core/http/answer_fields.h"

#include <algorithm>

#include "core/http/field_check.h"

namespace svc {

void AnswerFields::keep(std::string_view name, std::string_view value, bool replaces) {
  check_field(name, value);
  fields_.push_back({std::string(name), std::string(value), replaces, made_++});
}

void AnswerFields::set(std::string_view name, std::string_view value) {
  std::erase_if(fields_, [&](const Field& field) { return iequals(field.name, name); });
  keep(name, value, true);
}

void AnswerFields::add(std::string_view name, std::string_view value) { keep(name, value, false); }

void AnswerFields::apply_since(size_t made, ResponseHead& head) const {
  for (const Field& field : fields_) {
    if (field.number < made) continue;
    if (field.replaces) {
      head.set(field.name, field.value);
    } else {
      head.add(field.name, field.value);
    }
  }
}

}  // namespace svc
