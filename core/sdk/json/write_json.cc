#include "core/sdk/json/write_json.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include "core/base/json_writer.h"
#include "core/sdk/types/describe.h"

namespace svc {
namespace {

uint64_t load_bits(const TypeInfo& type, const void* value) noexcept {
  uint64_t bits = 0;
  std::memcpy(&bits, value, type.size);
  return bits;
}

int64_t load_signed(const TypeInfo& type, const void* value) noexcept {
  const int unused_bits = 64 - 8 * type.size;
  return static_cast<int64_t>(load_bits(type, value) << unused_bits) >> unused_bits;
}

class Writer {
 public:
  explicit Writer(JsonWriter& json) : json_(json) {}

  void write(const TypeInfo& type, const void* value);

 private:
  void write_number(const TypeInfo& type, const void* value);
  void write_enumerator(const TypeInfo& type, const void* value);
  void write_list(const TypeInfo& type, const void* value);
  void write_map(const TypeInfo& type, const void* value);
  void write_object(const TypeInfo& type, const void* value);

  // JsonWriter takes too deep a nesting for a bug of ours and ends the process; here it is a bug of
  // one answer.
  void enter() {
    if (++depth_ > JsonWriter::kDepthMax) {
      throw std::length_error("a result is nested more than " +
                              std::to_string(JsonWriter::kDepthMax) + " levels deep");
    }
  }
  void leave() { --depth_; }

  JsonWriter& json_;
  int depth_ = 0;
};

void Writer::write_number(const TypeInfo& type, const void* value) {
  if (type.size == sizeof(double)) return json_.value(*static_cast<const double*>(value));
  const float number = *static_cast<const float*>(value);
  if (!std::isfinite(number)) return json_.null();
  // As a float: the shortest double that is equal to 0.1f has seventeen digits.
  char text[32];
  char* end = std::to_chars(text, text + 24, number).ptr;
  if (std::string_view(text, end).find_first_of(".e") == std::string_view::npos) {
    *end++ = '.';
    *end++ = '0';
  }
  json_.raw({text, end});
}

void Writer::write_enumerator(const TypeInfo& type, const void* value) {
  const int64_t number =
      type.is_signed ? load_signed(type, value) : static_cast<int64_t>(load_bits(type, value));
  for (const EnumName& enumerator : type.enumerators) {
    if (enumerator.value == number) return json_.value(enumerator.name);
  }
  throw std::invalid_argument("a result holds " + std::to_string(number) +
                              ", which is no enumerator of " + std::string(type.name));
}

void Writer::write_list(const TypeInfo& type, const void* value) {
  enter();
  json_.begin_array();
  const size_t size = type.list->size(value);
  for (size_t i = 0; i < size; ++i) {
    if (type.list->at != nullptr) {
      write(*type.element, type.list->at(value, i));
    } else {
      json_.value(type.list->bool_at(value, i));
    }
  }
  json_.end_array();
  leave();
}

void Writer::write_map(const TypeInfo& type, const void* value) {
  struct State {
    Writer* writer;
    const TypeInfo* element;
  } state{this, type.element};
  enter();
  json_.begin_object();
  type.map->each(value, &state, [](void* user, const std::string& key, const void* item) {
    const State& at = *static_cast<State*>(user);
    at.writer->json_.key(key);
    at.writer->write(*at.element, item);
  });
  json_.end_object();
  leave();
}

void Writer::write_object(const TypeInfo& type, const void* value) {
  const void* members[detail::kMembersMax];
  type.object->addresses(value, members);
  enter();
  json_.begin_object();
  size_t i = 0;
  for (const FieldInfo& field : type.object->fields) {
    json_.key(field.name);
    write(*field.type, members[i++]);
  }
  json_.end_object();
  leave();
}

void Writer::write(const TypeInfo& type, const void* value) {
  switch (type.kind) {
    case TypeKind::boolean:
      return json_.value(*static_cast<const bool*>(value));
    case TypeKind::integer:
      return type.is_signed ? json_.value(load_signed(type, value))
                            : json_.value(load_bits(type, value));
    case TypeKind::number:
      return write_number(type, value);
    case TypeKind::text:
      return json_.value(*static_cast<const std::string*>(value));
    case TypeKind::enumeration:
      return write_enumerator(type, value);
    case TypeKind::json:
      return json_.raw(static_cast<const Json*>(value)->text);
    case TypeKind::optional:
      if (const void* inner = type.optional->value(value)) return write(*type.element, inner);
      return json_.null();
    case TypeKind::list:
    case TypeKind::array:
      return write_list(type, value);
    case TypeKind::map:
      return write_map(type, value);
    case TypeKind::object:
      return write_object(type, value);
  }
}

}  // namespace

void write_json(JsonWriter& json, const TypeInfo& type, const void* value) {
  Writer(json).write(type, value);
}

void append_json(std::string& out, const TypeInfo& type, const void* value) {
  JsonWriter json(out);
  write_json(json, type, value);
}

}  // namespace svc
