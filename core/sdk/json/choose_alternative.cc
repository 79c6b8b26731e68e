#include "core/sdk/json/choose_alternative.h"

#include <algorithm>
#include <bit>
#include <vector>

#include "core/sdk/types/members.h"
#include "core/sdk/types/read_scalar.h"

namespace svc {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

// The first alternative for which `fits` is true.
template <class Fits>
size_t find_alternative(const VariantOps& variant, Fits&& fits) {
  const auto& all = variant.alternatives;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const TypeInfo* type) { return fits(*type); });
  return found == all.end() ? SIZE_MAX : static_cast<size_t>(found - all.begin());
}

size_t find_kind(const VariantOps& variant, TypeKind kind) {
  return find_alternative(variant, [&](const TypeInfo& type) { return type.kind == kind; });
}

size_t first_of(std::initializer_list<size_t> found) {
  for (const size_t index : found) {
    if (index != SIZE_MAX) return index;
  }
  return SIZE_MAX;
}

bool takes_integer(const TypeInfo& type, element value) {
  if (type.kind != TypeKind::integer) return false;
  int64_t whole = 0;
  if (!value.get_int64().get(whole)) {
    if (whole < type.minimum) return false;
    return type.is_signed ? whole <= static_cast<int64_t>(type.maximum)
                          : static_cast<uint64_t>(whole) <= type.maximum;
  }
  uint64_t natural = 0;
  return !value.get_uint64().get(natural) && !type.is_signed && natural <= type.maximum;
}

size_t choose_for_number(const VariantOps& variant, element value) {
  const size_t taker =
      find_alternative(variant, [&](const TypeInfo& type) { return takes_integer(type, value); });
  const size_t duration = find_alternative(variant, [](const TypeInfo& type) {
    return type.kind == TypeKind::parsed && type.parsed->from_number != nullptr;
  });
  return first_of({taker, find_kind(variant, TypeKind::number),
                   find_kind(variant, TypeKind::integer), duration});
}

bool is_text_kind(const TypeInfo& type) {
  return type.kind == TypeKind::text || type.kind == TypeKind::enumeration ||
         type.kind == TypeKind::parsed;
}

// The first that reads the text without a violation.
size_t choose_for_text(const VariantOps& variant, element value, void* out) {
  const InputPlace nowhere;
  const size_t taker = find_alternative(variant, [&](const TypeInfo& type) {
    if (!is_text_kind(type)) return false;
    const size_t index = find_alternative(variant, [&](const TypeInfo& t) { return &t == &type; });
    Issues wrong;
    const std::string_view text = value.get_string().value_unsafe();
    void* const to = variant.emplace(out, index);
    if (type.kind == TypeKind::text) store_text(type, to, text, nowhere, wrong);
    if (type.kind == TypeKind::enumeration) store_enumerator(type, to, text, nowhere, wrong);
    if (type.kind == TypeKind::parsed) store_parsed(type, to, text, nowhere, wrong);
    return wrong.empty();
  });
  return first_of({taker, find_alternative(variant, is_text_kind)});
}

size_t choose_for_array(const VariantOps& variant, element value) {
  const size_t size = value.get_array().value_unsafe().size();
  const size_t exact = find_alternative(variant, [&](const TypeInfo& type) {
    return type.kind == TypeKind::array && type.length_min == size;
  });
  return first_of({exact, find_kind(variant, TypeKind::list), find_kind(variant, TypeKind::array)});
}

bool is_literal(const FieldInfo& field) noexcept {
  return field.type->format != nullptr && !field.type->format->literal.empty();
}

// How well an object's members fit a struct.
struct Fit {
  std::string_view wrong_literal{};  // A svc::Literal that is another text.
  size_t absent = 0;                 // Required members that aren't there.
  size_t known = 0;                  // Members that are there.

  bool contradicted() const { return !wrong_literal.empty(); }
  bool complete() const { return !contradicted() && absent == 0; }
  bool better_than(const Fit& other) const {
    if (contradicted() != other.contradicted()) return other.contradicted();
    if (absent != other.absent) return absent < other.absent;
    return known > other.known;
  }
};

Fit measure(const ObjectOps& object, simdjson::dom::object value) {
  static_assert(detail::kMembersMax <= 64);
  uint64_t there = 0;
  Fit fit;
  for (const auto [key, item] : value) {
    for (size_t i = 0; i < object.fields.size(); ++i) {
      const FieldInfo& field = object.fields[i];
      if (field.name != key) continue;
      there |= uint64_t{1} << i;
      std::string_view text;
      const bool other =
          is_literal(field) && (item.get_string().get(text) || text != field.type->format->literal);
      if (other) fit.wrong_literal = field.name;
    }
  }
  fit.known = static_cast<size_t>(std::popcount(there));
  for (size_t i = 0; i < object.fields.size(); ++i) {
    const bool required = object.fields[i].type->presence == Presence::required;
    if (required && (there >> i & 1) == 0) ++fit.absent;
  }
  return fit;
}

Choice choose_for_object(const VariantOps& variant, simdjson::dom::object value) {
  size_t best = SIZE_MAX;
  Fit best_fit;
  for (size_t i = 0; i < variant.alternatives.size(); ++i) {
    const TypeInfo& type = *variant.alternatives[i];
    if (type.kind != TypeKind::object) continue;
    const Fit fit = measure(*type.object, value);
    if (best != SIZE_MAX && !fit.better_than(best_fit)) continue;
    best = i;
    best_fit = fit;
  }
  const size_t map = find_kind(variant, TypeKind::map);
  if (map != SIZE_MAX && (best == SIZE_MAX || !best_fit.complete())) return {map};
  return {best, best_fit.wrong_literal};
}

Choice choose_by_kind(const VariantOps& variant, element value, void* out) {
  switch (value.type()) {
    case element_type::BOOL:
      return {find_kind(variant, TypeKind::boolean)};
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::DOUBLE:
      return {choose_for_number(variant, value)};
    case element_type::STRING:
      return {choose_for_text(variant, value, out)};
    case element_type::ARRAY:
      return {choose_for_array(variant, value)};
    case element_type::OBJECT:
      return choose_for_object(variant, value.get_object().value_unsafe());
    case element_type::NULL_VALUE:
      break;
  }
  return {};
}

// "a, b or c".
std::string spell_list(std::span<const std::string_view> words) {
  std::string all;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) all += i + 1 == words.size() ? " or " : ", ";
    all += words[i];
  }
  return all;
}

std::string_view spell_kind(const TypeInfo& type) {
  switch (type.kind) {
    case TypeKind::boolean:
      return "true or false";
    case TypeKind::integer:
      return "an integer";
    case TypeKind::number:
      return "a number";
    case TypeKind::text:
    case TypeKind::enumeration:
    case TypeKind::parsed:
      return "a string";
    case TypeKind::list:
    case TypeKind::array:
      return "an array";
    case TypeKind::map:
    case TypeKind::object:
      return "an object";
    case TypeKind::json:
    case TypeKind::optional:
    case TypeKind::variant:
      break;
  }
  return "any value";
}

}  // namespace

Choice choose_alternative(const VariantOps& variant, element value, void* out) {
  const Choice choice = choose_by_kind(variant, value, out);
  if (choice.index != SIZE_MAX) return choice;
  return {first_of({find_kind(variant, TypeKind::variant), find_kind(variant, TypeKind::json)})};
}

std::string spell_alternatives(const VariantOps& variant) {
  std::vector<std::string_view> kinds;
  for (const TypeInfo* type : variant.alternatives) {
    const std::string_view kind = spell_kind(*type);
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(kind);
  }
  return spell_list(kinds);
}

std::string spell_literals(const VariantOps& variant, std::string_view member) {
  std::vector<std::string> quoted;
  for (const TypeInfo* type : variant.alternatives) {
    if (type->kind != TypeKind::object) continue;
    for (const FieldInfo& field : type->object->fields) {
      if (field.name != member || !is_literal(field)) continue;
      quoted.push_back("'" + std::string(field.type->format->literal) + "'");
    }
  }
  const std::vector<std::string_view> words(quoted.begin(), quoted.end());
  return spell_list(words);
}

}  // namespace svc
