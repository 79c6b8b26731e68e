#include "core/sdk/read_form.h"

#include <utility>

#include "core/sdk/types/members.h"
#include "core/sdk/types/read_scalar.h"
#include "core/sdk/types/schema.h"

namespace svc {
namespace {

// What is behind an optional, or in a list.
const TypeInfo& bare_type(const TypeInfo& type) noexcept {
  return type.kind == TypeKind::optional || type.kind == TypeKind::list ? bare_type(*type.element)
                                                                        : type;
}

// An input that was left empty.
bool says_nothing(const FormField& field, const TypeInfo& type) noexcept {
  if (field.is_file) return field.file.filename.empty() && field.file.content.empty();
  const bool is_text = bare_type(type).kind == TypeKind::text && type.kind != TypeKind::optional;
  return field.value.empty() && !is_text;
}

void store_file(FormField& field, const TypeInfo& type, void* out) {
  if (type.kind == TypeKind::list) out = type.list->append(out);
  *static_cast<Upload*>(out) = std::move(field.file);
}

void read_member(std::vector<FormField>& fields, const FieldInfo& member, void* out,
                 const InputPlace& place, Issues& issues) {
  const TypeInfo& type = *member.type;
  const TypeInfo& inner = not_null(type);
  const bool wants_file = bare_type(type).is_upload;
  const bool many = inner.kind == TypeKind::list;
  bool seen = false;
  void* to = out;
  for (FormField& field : fields) {
    if (field.name != member.name || (seen && !many) || says_nothing(field, type)) continue;
    if (!seen && type.kind == TypeKind::optional) to = type.optional->engage(out);
    if (!seen && many) inner.list->clear(to);
    seen = true;
    if (field.is_file != wants_file) {
      issues.add(place, wants_file ? "file_type" : "string_type",
                 wants_file ? "must be a file" : "must be a value, not a file");
    } else if (wants_file) {
      store_file(field, inner, to);
    } else {
      read_text(field.value, inner, to, place, issues);
    }
  }
  if (many && (seen || type.presence == Presence::required)) {
    check_length(inner, seen ? inner.list->size(to) : 0, place, issues);
  } else if (!seen && type.presence == Presence::required) {
    add_missing(place, issues);
  }
}

}  // namespace

void read_form(std::vector<FormField>& fields, const TypeInfo& object, void* out,
               const InputPlace& place, Issues& issues) {
  const void* members[detail::kMembersMax];
  object.object->addresses(out, members);
  const size_t issues_before = issues.list().size();
  size_t i = 0;
  for (const FieldInfo& member : object.object->fields) {
    read_member(fields, member, const_cast<void*>(members[i++]), place.member(member.name), issues);
  }
  check_object(object, out, place, issues, issues_before);
}

}  // namespace svc
