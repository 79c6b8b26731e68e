// schema.h — a described type as JSON Schema 2020-12, the dialect of OpenAPI 3.1.
//
// Why beside the tables: what is printed here is what read_json and read_text check, from the same
// rows, so a description can't promise what isn't so.
// Structs and enums have names and are written once, under "components": everywhere else stands
// {"$ref":"#/components/schemas/NAME"}. That is also how a type may contain itself.
// A struct with a svc::Secret somewhere in it has two: what is sent to the service and what it
// answers, which has no secrets: "Login" and "Login-Output".
//
// Threads: a SchemaNames belongs to one.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/sdk/types/type_info.h"

namespace svc {

class JsonWriter;

enum class SchemaUse : uint8_t { input, output };

// Which name each struct and enum of one document has. Two types of the same name (of two
// namespaces) get different ones: "Order", "Order2". Characters that a name under components can't
// have become '_'.
class SVC_API SchemaNames {
 public:
  // REQUIRES: an object or an enumeration. A type that comes for the first time is noted.
  std::string_view name_of(const TypeInfo& type, SchemaUse use = SchemaUse::input);

  // Writes `"NAME": {schema}` for each noted type, and for what those refer to in turn: the members
  // of "components/schemas". Call it last, inside that object.
  void write_all(JsonWriter& json);

  // For schemas that are written by hand: a name that no type has or will get.
  void reserve(std::string name);

 private:
  struct Entry {
    const void* identity;  // A type and its svc::Default are two tables with one identity.
    const TypeInfo* type;  // nullptr: reserved.
    SchemaUse use;         // input where both are the same.
    std::string name;
  };
  bool is_taken(std::string_view name) const noexcept;

  std::deque<Entry> entries_;  // name_of() refers to their names.
};

// The schema of `type`, as one JSON value. std::optional is "or null"; for a query parameter or a
// header, which can't be null, pass what is inside (not_null).
SVC_API void write_schema(JsonWriter& json, const TypeInfo& type, SchemaNames& names,
                          SchemaUse use = SchemaUse::input);
// The same with the description and the example of a struct's member.
SVC_API void write_field_schema(JsonWriter& json, const FieldInfo& field, SchemaNames& names);

// What is inside of an optional; any other type itself.
inline const TypeInfo& not_null(const TypeInfo& type) noexcept {
  return type.kind == TypeKind::optional ? not_null(*type.element) : type;
}

}  // namespace svc
