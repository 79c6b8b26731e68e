// read_form.h — a form's fields into a described struct; every violation is reported.
#pragma once

#include <vector>

#include "core/sdk/form_fields.h"
#include "core/sdk/issues.h"
#include "core/sdk/types/type_info.h"

namespace svc {

// `out`: a default-constructed value of the struct. Files are moved out of `fields`.
void read_form(std::vector<FormField>& fields, const TypeInfo& object, void* out,
               const InputPlace& place, Issues& issues);

}  // namespace svc
