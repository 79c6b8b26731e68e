#include "core/sdk/inputs.h"

#include <functional>
#include <utility>

#include "core/sdk/problem.h"
#include "core/sdk/types/describe.h"
#include "core/sdk/types/read_scalar.h"
#include "core/sdk/types/schema.h"

namespace svc {

// The values of one name: the first one, or all of them for a list. `each` calls what it is given
// with (name, value) for every candidate; `same` compares names.
template <class Each, class Same>
void Inputs::read_named(std::string_view name, const TypeInfo& type, void* out,
                        const InputPlace& place, Each&& each, Same&& same) {
  const TypeInfo& bare = not_null(type);
  const bool many = bare.kind == TypeKind::list;
  bool seen = false;
  void* to = out;
  each([&](std::string_view candidate, std::string_view value) {
    if ((seen && !many) || !same(candidate, name)) return;
    if (!seen && type.kind == TypeKind::optional) to = type.optional->engage(out);
    if (!seen && many) bare.list->clear(to);
    seen = true;
    read_text(value, bare, to, place, issues_);
  });
  if (many && seen) check_length(bare, bare.list->size(to), place, issues_);
  if (seen || type.presence != Presence::required) return;
  if (!many) {
    add_missing(place, issues_);
  } else if (type.length_min > 0) {
    check_length(type, 0, place, issues_);
  }
}

void Inputs::read_query_param(std::string_view name, const TypeInfo& type, void* out) {
  const InputPlace query = InputPlace::of("query");
  const auto each = [&](auto&& take) {
    for (const auto& [key, value] : request().query()) take(key, value);
  };
  read_named(name, type, out, query.member(name), each, std::equal_to<>());
}

void Inputs::read_query(const TypeInfo& object, void* out) {
  const void* members[detail::kMembersMax];
  object.object->addresses(out, members);
  const size_t issues_before = issues_.list().size();
  size_t i = 0;
  for (const FieldInfo& field : object.object->fields) {
    read_query_param(field.name, *field.type, const_cast<void*>(members[i++]));
  }
  check_object(object, out, InputPlace::of("query"), issues_, issues_before);
}

void Inputs::read_header(std::string_view name, const TypeInfo& type, void* out) {
  const InputPlace headers = InputPlace::of("header");
  const auto each = [&](auto&& take) {
    for (const HeaderField& field : request().head().headers) take(field.name, field.value);
  };
  read_named(name, type, out, headers.member(name), each, iequals);
}

void Inputs::read_cookie(std::string_view name, const TypeInfo& type, void* out) {
  const InputPlace cookies = InputPlace::of("cookie");
  if (const auto value = request().cookie(name)) {
    read_text(*value, type, out, cookies.member(name), issues_);
  } else if (type.presence == Presence::required) {
    add_missing(cookies.member(name), issues_);
  }
}

void Inputs::check() {
  if (!issues_.empty()) throw Problem(std::move(issues_).take());
}

}  // namespace svc
