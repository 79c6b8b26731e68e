// type_info.h — the one description of a type: a table that reading, writing, checking and schemas
// walk.
//
// Why a table and not templates for each purpose: what a type looks like is said once (describe.h
// makes the table in the compiler), and each purpose is one plain function in a .cc file that walks
// it: read_json, read_text, write_json, later the schema. They can't disagree, and a service file
// compiles no parser.
//
// Threads: constants. A table refers to the tables of its parts, so types may be recursive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/sdk/types/names.h"

namespace svc {

struct TypeInfo;

enum class TypeKind : uint8_t {
  boolean,
  integer,
  number,
  text,
  enumeration,  // Crosses by name.
  json,         // Raw JSON text (svc::Json): any value, as it is.
  optional,
  list,    // std::vector
  array,   // std::array: exactly as many.
  map,     // String keys.
  object,  // A struct.
};

// What it means that a value isn't there.
enum class Presence : uint8_t {
  required,   // A violation.
  optional,   // Fine, and null is as good: std::optional.
  defaulted,  // Fine: the value is what the type's own default constructor made: svc::Default.
};

// Each takes the address of the value itself; a wrapper (Int, Text, Default) has the address of
// what it wraps.
struct OptionalOps {
  void* (*engage)(void* optional);             // Makes an empty value; its address.
  const void* (*value)(const void* optional);  // nullptr if there is none.
};
struct ListOps {
  void* (*append)(void* list);  // A new last element's address; an array's has none.
  size_t (*size)(const void* list);
  const void* (*at)(const void* list, size_t index);
  void (*append_bool)(void* list, bool value);      // Only std::vector<bool>, whose elements
  bool (*bool_at)(const void* list, size_t index);  // have no address.
};
struct MapOps {
  void* (*insert)(void* map, std::string key);  // The new value's address; nullptr: key is there.
  void (*each)(const void* map, void* state,
               void (*visit)(void* state, const std::string& key, const void* value));
};
struct FieldInfo {
  std::string_view name;
  const TypeInfo* type;
};
struct ObjectOps {
  std::span<const FieldInfo> fields;
  void (*addresses)(const void* object, const void** out);  // Of each member, in order.
};

struct TypeInfo {
  TypeKind kind{};
  Presence presence = Presence::required;
  uint8_t size = 0;         // integer, number, enumeration: sizeof.
  bool is_signed = false;   // integer, enumeration.
  std::string_view name{};  // object, enumeration: as the compiler calls it.

  int64_t minimum = 0;    // integer
  uint64_t maximum = 0;   // integer; where the type is signed, within int64_t.
  size_t length_min = 0;  // text: code points. array: both are its size.
  size_t length_max = SIZE_MAX;

  const TypeInfo* element = nullptr;  // optional, list, array, map
  std::span<const EnumName> enumerators{};
  const OptionalOps* optional = nullptr;
  const ListOps* list = nullptr;  // list, array
  const MapOps* map = nullptr;
  const ObjectOps* object = nullptr;
};

inline constexpr bool is_scalar(TypeKind kind) noexcept { return kind <= TypeKind::enumeration; }

}  // namespace svc
