#include "core/sdk/json/read_json.h"

#include <simdjson.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "core/sdk/json/choose_alternative.h"
#include "core/sdk/json/json_pieces.h"
#include "core/sdk/json/json_text.h"
#include "core/sdk/json/ordinary_json.h"
#include "core/sdk/types/add_element.h"
#include "core/sdk/types/describe.h"
#include "core/sdk/types/read_scalar.h"

namespace svc {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

constexpr size_t kElementsReserved = 64;     // Before any of them has been seen to be right.
constexpr size_t kCapacityKept = 64 * 1024;  // Of a thread's parser between two texts.

// Whether a svc::Json is somewhere in it. Types may be recursive.
bool holds_json(const TypeInfo& type, std::vector<const TypeInfo*>& seen) {
  if (type.kind == TypeKind::json) return true;
  if (std::ranges::find(seen, &type) != seen.end()) return false;
  seen.push_back(&type);
  const auto inside = [&](const TypeInfo* part) { return holds_json(*part, seen); };
  if (type.element != nullptr && inside(type.element)) return true;
  if (type.object != nullptr &&
      std::ranges::any_of(type.object->fields, inside, &FieldInfo::type)) {
    return true;
  }
  return type.variant != nullptr && std::ranges::any_of(type.variant->alternatives, inside);
}

// Walks a parsed text and a table side by side.
class Walker {
 public:
  // `source`: the text that was parsed; empty where nobody asks for it, since following it means
  // to look at each byte once for each list or object around it.
  Walker(Issues& issues, std::string_view source) : issues_(issues), source_(source) {}

  void read(element value, const TypeInfo& type, void* out, const InputPlace& place);

 private:
  void read_integer(element value, const TypeInfo& type, void* out, const InputPlace& place);
  void read_number(element value, const TypeInfo& type, void* out, const InputPlace& place);
  void read_list(array values, const TypeInfo& type, void* out, const InputPlace& place);
  void read_array(array values, const TypeInfo& type, void* out, const InputPlace& place);
  void read_map(object values, const TypeInfo& type, void* out, const InputPlace& place);
  void read_object(object values, const TypeInfo& type, void* out, const InputPlace& place);
  void read_parsed(element value, const TypeInfo& type, void* out, const InputPlace& place);
  void read_variant(element value, const TypeInfo& type, void* out, const InputPlace& place);
  bool take_element(const InputPlace& place);
  void add_type(const InputPlace& place, std::string_view type, std::string msg) {
    issues_.add(place, type, std::move(msg));
  }

  Issues& issues_;
  std::string_view source_;  // Of the value that is read next.
  size_t elements_ = 0;
};

// Counts an element of a list or map; false when there are too many.
bool Walker::take_element(const InputPlace& place) {
  if (issues_.full()) return false;
  if (++elements_ <= kJsonElementsMax) return true;
  issues_.add(place, "too_long",
              "there are more than " + std::to_string(kJsonElementsMax) + " elements in all");
  return false;
}

void Walker::read_integer(element value, const TypeInfo& type, void* out, const InputPlace& place) {
  switch (value.type()) {
    case element_type::INT64:
      return store_integer(type, out, value.get_int64().value_unsafe(), place, issues_);
    case element_type::UINT64:
      return store_natural(type, out, value.get_uint64().value_unsafe(), place, issues_);
    case element_type::DOUBLE:
      return store_whole(type, out, value.get_double().value_unsafe(), place, issues_);
    default:
      return add_type(place, "int_type", "must be an integer");
  }
}

void Walker::read_number(element value, const TypeInfo& type, void* out, const InputPlace& place) {
  double number = 0;
  if (value.is_bool() || value.get_double().get(number)) {
    return add_type(place, "float_type", "must be a number");
  }
  store_number(type, out, number, place, issues_);
}

void Walker::read_list(array values, const TypeInfo& type, void* out, const InputPlace& place) {
  type.list->clear(out);
  if (type.list->reserve != nullptr) {
    type.list->reserve(out, std::min(values.size(), kElementsReserved));
  }
  size_t index = 0;
  JsonPieces pieces(source_);
  for (const element value : values) {
    source_ = pieces.next();
    const InputPlace at = place.element(index++);
    if (!take_element(place)) return;
    add_element(type, out, [&](void* to) { read(value, *type.element, to, at); });
  }
  check_length(type, index, place, issues_);
}

void Walker::read_array(array values, const TypeInfo& type, void* out, const InputPlace& place) {
  if (values.size() != type.length_min) {
    return check_length(type, values.size(), place, issues_);
  }
  size_t index = 0;
  JsonPieces pieces(source_);
  for (const element value : values) {
    source_ = pieces.next();
    // The table gives read access; the value is the reader's own and not const.
    void* const to = const_cast<void*>(type.list->at(out, index));
    read(value, *type.element, to, place.element(index++));
  }
}

void Walker::read_map(object values, const TypeInfo& type, void* out, const InputPlace& place) {
  type.map->clear(out);
  JsonPieces pieces(source_);
  for (const auto [key, value] : values) {
    source_ = pieces.next();
    if (!take_element(place)) return;
    const InputPlace at = place.member(key);
    if (void* const to = type.map->insert(out, std::string(key))) {
      read(value, *type.element, to, at);
    } else {
      add_type(at, "duplicate_key", "is there twice");
    }
  }
  check_length(type, type.map->size(out), place, issues_);
}

void Walker::read_object(object values, const TypeInfo& type, void* out, const InputPlace& place) {
  const auto fields = type.object->fields;
  const void* members[detail::kMembersMax];
  type.object->addresses(out, members);
  const size_t issues_before = issues_.list().size();
  uint64_t seen = 0;
  size_t likely = 0;  // Clients mostly keep the order of the struct.
  JsonPieces pieces(source_);
  for (const auto [key, value] : values) {
    source_ = pieces.next();
    size_t index = likely;
    if (index >= fields.size() || fields[index].name != key) {
      for (index = 0; index < fields.size() && fields[index].name != key;) ++index;
      if (index == fields.size()) continue;
    }
    likely = index + 1;
    const InputPlace at = place.member(fields[index].name);
    if ((seen >> index & 1) != 0) {
      add_type(at, "duplicate_key", "is there twice");
      continue;
    }
    seen |= uint64_t{1} << index;
    read(value, *fields[index].type, const_cast<void*>(members[index]), at);
  }
  for (size_t i = 0; i < fields.size(); ++i) {
    if ((seen >> i & 1) != 0 || fields[i].type->presence != Presence::required) continue;
    add_missing(place.member(fields[i].name), issues_);
  }
  check_object(type, out, place, issues_, issues_before);
}

void Walker::read_parsed(element value, const TypeInfo& type, void* out, const InputPlace& place) {
  std::string_view text;
  if (!value.get_string().get(text)) return store_parsed(type, out, text, place, issues_);
  double number = 0;
  if (!value.is_bool() && !value.get_double().get(number)) {
    return store_parsed_number(type, out, number, place, issues_);
  }
  add_type(place, "string_type", "must be a string");
}

void Walker::read_variant(element value, const TypeInfo& type, void* out, const InputPlace& place) {
  const VariantOps& variant = *type.variant;
  const auto [chosen, wrong_literal] = choose_alternative(variant, value, out);
  if (chosen == SIZE_MAX) return add_type(place, "union", "must be " + spell_alternatives(variant));
  if (!wrong_literal.empty()) {
    return add_type(place.member(wrong_literal), "literal_error",
                    "must be " + spell_literals(variant, wrong_literal));
  }
  read(value, *variant.alternatives[chosen], variant.emplace(out, chosen), place);
}

void Walker::read(element value, const TypeInfo& type, void* out, const InputPlace& place) {
  switch (type.kind) {
    case TypeKind::boolean:
      if (!value.is_bool()) return add_type(place, "bool_type", "must be true or false");
      *static_cast<bool*>(out) = value.get_bool().value_unsafe();
      return;
    case TypeKind::integer:
      return read_integer(value, type, out, place);
    case TypeKind::number:
      return read_number(value, type, out, place);
    case TypeKind::text:
    case TypeKind::enumeration: {
      std::string_view text;
      if (value.get_string().get(text)) {
        return add_type(place, "string_type", "must be a string");
      }
      return type.kind == TypeKind::text ? store_text(type, out, text, place, issues_)
                                         : store_enumerator(type, out, text, place, issues_);
    }
    case TypeKind::parsed:
      return read_parsed(value, type, out, place);
    case TypeKind::variant:
      return read_variant(value, type, out, place);
    case TypeKind::json:
      static_cast<Json*>(out)->text = compact_json(source_);
      return;
    case TypeKind::optional:
      if (value.is_null()) {
        // Of a std::optional in a std::optional the outer one tells absent, the inner one null.
        if (type.element->kind == TypeKind::optional) type.optional->engage(out);
        return;
      }
      return read(value, *type.element, type.optional->engage(out), place);
    case TypeKind::list:
    case TypeKind::array: {
      array values;
      if (value.get_array().get(values)) return add_type(place, "list_type", "must be an array");
      return type.kind == TypeKind::list ? read_list(values, type, out, place)
                                         : read_array(values, type, out, place);
    }
    case TypeKind::map:
    case TypeKind::object: {
      object values;
      if (value.get_object().get(values)) return add_type(place, "dict_type", "must be an object");
      return type.kind == TypeKind::map ? read_map(values, type, out, place)
                                        : read_object(values, type, out, place);
    }
  }
}

std::string_view spoken(simdjson::error_code error) noexcept {
  switch (error) {
    case simdjson::EMPTY:
      return "it is empty";
    case simdjson::DEPTH_ERROR:
      return "it is nested more than 64 levels deep";
    case simdjson::UTF8_ERROR:
      return "it is not valid UTF-8";
    case simdjson::STRING_ERROR:
      return "a string has an invalid escape";
    case simdjson::UNESCAPED_CHARS:
      return "a string has an unescaped control character";
    case simdjson::UNCLOSED_STRING:
      return "a string is not closed";
    case simdjson::NUMBER_ERROR:
      return "a number is malformed";
    case simdjson::T_ATOM_ERROR:
    case simdjson::F_ATOM_ERROR:
    case simdjson::N_ATOM_ERROR:
      return "a word is none of true, false, null";
    case simdjson::TAPE_ERROR:
      return "a comma, colon, bracket or value is missing or misplaced";
    case simdjson::MEMALLOC:
      return "there is no memory for it";
    default:
      return "it is malformed";
  }
}
static_assert(kJsonDepthMax == 64, "spoken() says so");

// Each thread keeps one parser; one that has grown for a large text is given back after it.
class ThreadParser {
 public:
  simdjson::error_code parse(std::string_view text, element& root) {
    if (!parser_) parser_ = std::make_unique<simdjson::dom::parser>();
    if (parser_->capacity() < text.size()) {
      const size_t capacity = std::max<size_t>(text.size(), 4096);
      if (const auto failed = parser_->allocate(capacity, kJsonDepthMax)) return failed;
    }
    return parser_->parse(text.data(), text.size()).get(root);
  }
  void end() {
    if (parser_ && parser_->capacity() > kCapacityKept) parser_.reset();
  }

 private:
  std::unique_ptr<simdjson::dom::parser> parser_;
};

ThreadParser& thread_parser() {
  static thread_local ThreadParser parser;
  return parser;
}

// simdjson calls an integer out of 64 bits malformed; here it is a number that is too large.
simdjson::error_code parse_widened(std::string_view text, element& root, bool& infinite) {
  infinite = has_infinite_number(text);
  return thread_parser().parse(widen_long_integers(text), root);
}

Result<> read_document(std::string_view text, const TypeInfo& type, void* out,
                       const InputPlace& place, Issues& issues) {
  element root;
  auto error = thread_parser().parse(text, root);
  if (error == simdjson::NUMBER_ERROR) {
    bool infinite = false;
    error = parse_widened(text, root, infinite);
    if (error == simdjson::NUMBER_ERROR && infinite) {
      issues.add(place, "finite_number", "has a number that is out of range");
      return {};
    }
  }
  if (error == simdjson::SUCCESS && has_lone_surrogate(text)) error = simdjson::STRING_ERROR;
  if (error != simdjson::SUCCESS) {
    return Error::invalid("not valid JSON: " + std::string(spoken(error)));
  }
  std::vector<const TypeInfo*> seen;
  const std::string_view source = holds_json(type, seen) ? text : std::string_view();
  Walker(issues, source).read(root, type, out, place);
  return {};
}

}  // namespace

Result<> read_json(std::string_view text, const TypeInfo& type, void* out, const InputPlace& place,
                   Issues& issues) {
  if (read_ordinary_json(text, type, out)) return {};
  return read_any_json(text, type, out, place, issues);
}

Result<> read_any_json(std::string_view text, const TypeInfo& type, void* out,
                       const InputPlace& place, Issues& issues) {
  auto result = read_document(text, type, out, place, issues);
  thread_parser().end();
  return result;
}

}  // namespace svc
