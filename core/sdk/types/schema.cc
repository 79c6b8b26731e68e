#include "core/sdk/types/schema.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/check.h"
#include "core/base/json_writer.h"
#include "core/sdk/json/write_json.h"
#include "core/sdk/types/readable_name.h"

namespace svc {
namespace {

constexpr std::string_view kRefPrefix = "#/components/schemas/";

bool has_name(const TypeInfo& type) noexcept {
  return type.kind == TypeKind::object || type.kind == TypeKind::enumeration;
}

const void* identity_of(const TypeInfo& type) noexcept {
  return type.kind == TypeKind::object ? static_cast<const void*>(type.object)
                                       : static_cast<const void*>(type.enumerators.data());
}

// Whether a secret is in it: its schema isn't the same in an answer.
bool hides_something(const TypeInfo& type, std::vector<const void*>& seen) {
  if (type.write_only) return true;
  if (type.element != nullptr) return hides_something(*type.element, seen);
  const auto hides = [&seen](const TypeInfo* each) { return hides_something(*each, seen); };
  if (type.variant != nullptr) return std::ranges::any_of(type.variant->alternatives, hides);
  if (type.object == nullptr || std::ranges::find(seen, type.object) != seen.end()) return false;
  seen.push_back(type.object);
  return std::ranges::any_of(type.object->fields, hides, &FieldInfo::type);
}

SchemaUse use_of(const TypeInfo& type, SchemaUse use) {
  std::vector<const void*> seen;
  return use == SchemaUse::output && hides_something(type, seen) ? use : SchemaUse::input;
}

class SchemaWriter {
 public:
  SchemaWriter(JsonWriter& json, SchemaNames& names, SchemaUse use)
      : json_(json), names_(names), use_(use) {}

  void write(const TypeInfo& type, const FieldInfo* field);
  void write_definition(const TypeInfo& type);

 private:
  void write_type(const TypeInfo& type);
  void write_integer(const TypeInfo& type);
  void write_number(const TypeInfo& type);
  void write_text(const TypeInfo& type);
  void write_format(const TextFormat& format);
  void write_list(const TypeInfo& type);
  void write_map(const TypeInfo& type);
  void write_any_of(std::span<const TypeInfo* const> types, bool or_null);
  void write_object(const TypeInfo& type);
  void write_default(const TypeInfo& type);
  void write_count(std::string_view key, size_t count) { json_.field(key, uint64_t{count}); }

  bool is_shown(const FieldInfo& field) const {
    return use_ == SchemaUse::input || !is_write_only(*field.type);
  }

  JsonWriter& json_;
  SchemaNames& names_;
  SchemaUse use_;
};

void SchemaWriter::write(const TypeInfo& type, const FieldInfo* field) {
  json_.begin_object();
  if (has_name(type)) {
    json_.field("$ref", std::string(kRefPrefix).append(names_.name_of(type, use_)));
  } else {
    write_type(type);
  }
  if (is_write_only(type)) json_.field("writeOnly", true);
  if (type.with_default != nullptr) write_default(type);
  if (field != nullptr && !field->description.empty()) {
    json_.field("description", field->description);
  }
  if (field != nullptr && !field->example.empty()) {
    json_.key("examples");
    json_.array([&] { json_.raw(field->example); });
  }
  json_.end_object();
}

void SchemaWriter::write_definition(const TypeInfo& type) {
  json_.begin_object();
  if (type.is_upload) {
    json_.field("type", "string");
    json_.field("contentMediaType", "application/octet-stream");
  } else if (type.kind == TypeKind::object) {
    write_object(type);
  } else {
    json_.field("type", "string");
    json_.key("enum");
    json_.array([&] {
      for (const EnumName& enumerator : type.enumerators) json_.value(enumerator.name);
    });
  }
  json_.field("title", readable_name(type.name));
  json_.end_object();
}

void SchemaWriter::write_default(const TypeInfo& type) {
  if (is_write_only(type)) return;  // A secret's stand-in is a secret too.
  struct State {
    JsonWriter* json;
    const TypeInfo* type;
  } state{&json_, &type};
  json_.key("default");
  type.with_default(&state, [](void* user, const void* value) {
    const State& at = *static_cast<State*>(user);
    write_json(*at.json, *at.type, value);
  });
}

void SchemaWriter::write_integer(const TypeInfo& type) {
  json_.field("type", "integer");
  const bool all_64 = type.is_signed && type.minimum == INT64_MIN && type.maximum == INT64_MAX;
  const bool all_32 = type.is_signed && type.minimum == INT32_MIN && type.maximum == INT32_MAX;
  if (all_64 || all_32) return json_.field("format", all_64 ? "int64" : "int32");
  if (!type.is_signed || type.minimum != INT64_MIN) json_.field("minimum", type.minimum);
  if (type.maximum != (type.is_signed ? uint64_t{INT64_MAX} : UINT64_MAX)) {
    json_.field("maximum", type.maximum);
  }
}

void SchemaWriter::write_number(const TypeInfo& type) {
  json_.field("type", "number");
  if (type.bounds == nullptr) {
    return json_.field("format", type.size == sizeof(float) ? "float" : "double");
  }
  const NumberBounds& bounds = *type.bounds;
  if (std::isfinite(bounds.minimum)) {
    json_.field(bounds.above ? "exclusiveMinimum" : "minimum", bounds.minimum);
  }
  if (std::isfinite(bounds.maximum)) {
    json_.field(bounds.below ? "exclusiveMaximum" : "maximum", bounds.maximum);
  }
}

void SchemaWriter::write_format(const TextFormat& format) {
  if (!format.literal.empty()) json_.field("const", format.literal);
  if (!format.name.empty()) json_.field("format", format.name);
  if (!format.pattern.empty()) json_.field("pattern", format.pattern);
  if (!format.encoding.empty()) json_.field("contentEncoding", format.encoding);
}

void SchemaWriter::write_text(const TypeInfo& type) {
  json_.field("type", "string");
  if (type.length_min > 0) write_count("minLength", type.length_min);
  if (type.length_max != SIZE_MAX) write_count("maxLength", type.length_max);
  if (type.format != nullptr) write_format(*type.format);
}

void SchemaWriter::write_list(const TypeInfo& type) {
  json_.field("type", "array");
  json_.key("items");
  write(*type.element, nullptr);
  if (type.length_min > 0) write_count("minItems", type.length_min);
  if (type.length_max != SIZE_MAX) write_count("maxItems", type.length_max);
  if (type.unique) json_.field("uniqueItems", true);
}

void SchemaWriter::write_map(const TypeInfo& type) {
  json_.field("type", "object");
  json_.key("additionalProperties");
  write(*type.element, nullptr);
  if (type.length_min > 0) write_count("minProperties", type.length_min);
  if (type.length_max != SIZE_MAX) write_count("maxProperties", type.length_max);
}

void SchemaWriter::write_any_of(std::span<const TypeInfo* const> types, bool or_null) {
  json_.key("anyOf");
  json_.array([&] {
    for (const TypeInfo* type : types) write(*type, nullptr);
    if (or_null) json_.object([&] { json_.field("type", "null"); });
  });
}

void SchemaWriter::write_object(const TypeInfo& type) {
  json_.field("type", "object");
  json_.key("properties");
  json_.object([&] {
    for (const FieldInfo& field : type.object->fields) {
      if (!is_shown(field)) continue;
      json_.key(field.name);
      write(*field.type, &field);
    }
  });
  const auto fields = type.object->fields;
  const auto is_required = [this](const FieldInfo& field) {
    return field.type->presence == Presence::required && is_shown(field);
  };
  if (std::any_of(fields.begin(), fields.end(), is_required)) {
    json_.key("required");
    json_.array([&] {
      for (const FieldInfo& field : fields) {
        if (is_required(field)) json_.value(field.name);
      }
    });
  }
  if (!type.object->description.empty()) json_.field("description", type.object->description);
}

void SchemaWriter::write_type(const TypeInfo& type) {
  switch (type.kind) {
    case TypeKind::boolean:
      return json_.field("type", "boolean");
    case TypeKind::integer:
      return write_integer(type);
    case TypeKind::number:
      return write_number(type);
    case TypeKind::text:
    case TypeKind::parsed:
      return write_text(type);
    case TypeKind::json:
      return;  // {}: anything.
    case TypeKind::optional:
      if (type.element->kind == TypeKind::optional) return write_type(*type.element);
      return write_any_of({&type.element, 1}, true);
    case TypeKind::variant:
      return write_any_of(type.variant->alternatives, false);
    case TypeKind::list:
    case TypeKind::array:
      return write_list(type);
    case TypeKind::map:
      return write_map(type);
    case TypeKind::enumeration:
    case TypeKind::object:
      break;
  }
  SVC_CHECK(false);  // Those have names, and stand under components.
}

}  // namespace

bool SchemaNames::is_taken(std::string_view name) const noexcept {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const Entry& entry) { return entry.name == name; });
}

std::string_view SchemaNames::name_of(const TypeInfo& type, SchemaUse wanted) {
  SVC_CHECK(has_name(type));
  const SchemaUse use = use_of(type, wanted);
  for (const Entry& entry : entries_) {
    const bool same = entry.type != nullptr && entry.identity == identity_of(type);
    if (same && entry.use == use) return entry.name;
  }
  std::string plain = readable_name(type.name);
  if (use == SchemaUse::output) plain += "-Output";
  std::string name = plain;
  for (int i = 2; is_taken(name); ++i) name = plain + std::to_string(i);
  return entries_.emplace_back(Entry{identity_of(type), &type, use, std::move(name)}).name;
}

void SchemaNames::reserve(std::string name) {
  entries_.push_back(Entry{nullptr, nullptr, SchemaUse::input, std::move(name)});
}

void SchemaNames::write_all(JsonWriter& json) {
  for (size_t i = 0; i < entries_.size(); ++i) {  // Grows while it is walked over.
    const TypeInfo* const type = entries_[i].type;
    if (type == nullptr) continue;
    json.key(entries_[i].name);
    SchemaWriter(json, *this, entries_[i].use).write_definition(*type);
  }
}

void write_schema(JsonWriter& json, const TypeInfo& type, SchemaNames& names, SchemaUse use) {
  SchemaWriter(json, names, use).write(type, nullptr);
}

void write_field_schema(JsonWriter& json, const FieldInfo& field, SchemaNames& names) {
  SchemaWriter(json, names, SchemaUse::input).write(*field.type, &field);
}

}  // namespace svc
