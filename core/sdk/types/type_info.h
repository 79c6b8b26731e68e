// type_info.h — the one description of a type: a table that reading, writing, checking and schemas
// walk.
//
// Why a table and not templates for each purpose: what a type looks like is said once (describe.h
// makes the table in the compiler), and each purpose is one plain function in a .cc file that walks
// it: read_json, read_text, write_json, write_schema. They can't disagree, and a service file
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
class Issues;

enum class TypeKind : uint8_t {
  boolean,
  integer,
  number,
  text,         // std::string and what derives from it: Text, Email, Pattern, …
  enumeration,  // Crosses by name.
  parsed,       // Any C++ type that crosses as a text of some form: times, bytes, svc::Uuid, …
  json,         // Raw JSON text (svc::Json): any value, as it is.
  optional,
  list,     // std::vector, std::list, std::deque, std::set, std::unordered_set
  array,    // std::array: exactly as many.
  map,      // String keys.
  object,   // A struct.
  variant,  // One of several types; which one follows from the value (read_variant.h).
};

// What it means that a value isn't there.
enum class Presence : uint8_t {
  required,   // A violation.
  optional,   // Fine, and null is as good: std::optional.
  defaulted,  // Fine: the value is what the type's own default constructor made: svc::Default.
};

// Each takes the address of the value itself; a wrapper (Int, Text, Default, Secret) has the
// address of what it wraps.
struct OptionalOps {
  void* (*engage)(void* optional);             // Makes an empty value; its address.
  const void* (*value)(const void* optional);  // nullptr if there is none.
};
// A list either has elements with addresses (append, at), or takes and shows them one by one (add,
// each): std::vector<bool>, sets. The other two are nullptr then.
struct ListOps {
  size_t (*size)(const void* list);
  void* (*append)(void* list);  // A new last element's address; an array's is nullptr.
  const void* (*at)(const void* list, size_t index);
  void (*reserve)(void* list, size_t count);  // nullptr: it can't.
  void (*add)(void* list, void* state, void (*fill)(void* state, void* element));
  void (*each)(const void* list, void* state, void (*visit)(void* state, const void* element));
  // Before reading: what the struct's initialiser has put there gives way. An array's is nullptr.
  void (*clear)(void* list);
};
struct MapOps {
  size_t (*size)(const void* map);
  void* (*insert)(void* map, std::string key);  // The new value's address; nullptr: key is there.
  void (*each)(const void* map, void* state,
               void (*visit)(void* state, const std::string& key, const void* value));
  void (*clear)(void* map);  // As ListOps::clear.
};
struct FieldInfo {
  std::string_view name;
  const TypeInfo* type;
  std::string_view description{};  // For the schema; empty: none.
  std::string_view example{};      // JSON; empty: none.
  std::string_view key{};          // `,"name":`; empty where the name needs escapes.
};
struct ObjectOps {
  std::span<const FieldInfo> fields;
  void (*addresses)(const void* object, const void** out);  // Of each member, in order.
  // The type's own `void check(svc::Issues&) const`, or nullptr. Through check_object(), which
  // gives the issues their place.
  void (*check)(const void* object, Issues& issues) = nullptr;
  std::string_view description{};
};
struct VariantOps {
  std::span<const TypeInfo* const> alternatives;
  void* (*emplace)(void* variant, size_t alternative);  // A default-constructed one; its address.
  size_t (*index)(const void* variant);                 // SIZE_MAX: valueless.
  const void* (*value)(const void* variant);
};

struct NumberBounds {
  double minimum;  // Infinite: none.
  double maximum;
  bool above = false;  // The minimum itself is out.
  bool below = false;  // The maximum itself is out.
};
// What a text has to look like, beyond its length.
struct TextFormat {
  std::string_view name{};      // JSON Schema's "format": "email", "date-time", …; empty: none.
  std::string_view pattern{};   // A regular expression that is found in it (formats.h).
  std::string_view literal{};   // The only text that will do.
  std::string_view encoding{};  // JSON Schema's "contentEncoding": "base64".
  std::string_view type{};      // Of the issue.
  std::string_view msg{};       // Of the issue: "must be an e-mail address".
  bool (*fits)(std::string_view text) = nullptr;  // nullptr: any text.
};
// How a TypeKind::parsed value gets out of a text, and back into one.
struct ParsedOps {
  bool (*parse)(std::string_view text, void* out);          // False: it has not this form.
  void (*print)(const void* value, std::string& out);       // Appends.
  bool (*from_number)(double number, void* out) = nullptr;  // A JSON number is taken too.
};

struct TypeInfo {
  TypeKind kind{};
  Presence presence = Presence::required;
  uint8_t size = 0;         // integer, number, enumeration: sizeof.
  bool is_signed = false;   // integer, enumeration.
  bool write_only = false;  // svc::Secret: read, and in no result.
  bool unique = false;      // list: a set.
  bool is_upload = false;   // object: svc::Upload, a file in a form.
  std::string_view name{};  // object, enumeration: as the compiler calls it.

  int64_t minimum = 0;    // integer
  uint64_t maximum = 0;   // integer; where the type is signed, within int64_t.
  size_t length_min = 0;  // text: code points. list, map: elements. array: both are its size.
  size_t length_max = SIZE_MAX;
  const NumberBounds* bounds = nullptr;  // number; nullptr: none.
  const TextFormat* format = nullptr;    // text, where it has one; parsed, always.

  const TypeInfo* element = nullptr;  // optional, list, array, map
  std::span<const EnumName> enumerators{};
  const OptionalOps* optional = nullptr;
  const ListOps* list = nullptr;  // list, array
  const MapOps* map = nullptr;
  const ObjectOps* object = nullptr;
  const VariantOps* variant = nullptr;
  const ParsedOps* parsed = nullptr;
  // Presence::defaulted: calls `use` with the value that stands in for an absent one.
  void (*with_default)(void* state, void (*use)(void* state, const void* value)) = nullptr;
};

// What one piece of a path, a query or a header can hold. (A variant of such may too.)
inline constexpr bool is_scalar(TypeKind kind) noexcept { return kind <= TypeKind::parsed; }

// A member of this type is in no result.
inline constexpr bool is_write_only(const TypeInfo& type) noexcept {
  return type.write_only || (type.kind == TypeKind::optional && is_write_only(*type.element));
}

}  // namespace svc
