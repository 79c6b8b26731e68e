#include "core/sdk/json/write_json.h"

#include <cstring>
#include <stdexcept>

#include "core/base/json_writer.h"
#include "core/sdk/json/json_sink.h"
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

// std::optional<std::optional<T>>: null is the inner one, so the outer one is nothing at all.
bool is_left_out(const TypeInfo& type, const void* value) noexcept {
  return type.kind == TypeKind::optional && type.element->kind == TypeKind::optional &&
         type.optional->value(value) == nullptr;
}

class Writer {
 public:
  explicit Writer(JsonSink& sink) : sink_(sink) {}

  void write(const TypeInfo& type, const void* value);

 private:
  struct State {  // For the callbacks of lists and maps.
    Writer* writer;
    const TypeInfo* element;
    bool first;
  };

  void write_number(const TypeInfo& type, const void* value);
  void write_enumerator(const TypeInfo& type, const void* value);
  void write_list(const TypeInfo& type, const void* value);
  void write_map(const TypeInfo& type, const void* value);
  void write_object(const TypeInfo& type, const void* value);
  void write_variant(const TypeInfo& type, const void* value);

  // A value that contains itself, by pointers of the service's own, would never end.
  void enter() {
    if (++depth_ > JsonWriter::kDepthMax) {
      throw std::length_error("a result is nested more than " +
                              std::to_string(JsonWriter::kDepthMax) + " levels deep");
    }
  }
  void leave() { --depth_; }
  void comma(bool& first) {
    if (!first) sink_.put(',');
    first = false;
  }

  JsonSink& sink_;
  int depth_ = 0;
};

void Writer::write_number(const TypeInfo& type, const void* value) {
  if (type.size == sizeof(double)) return sink_.number(*static_cast<const double*>(value));
  // As a float: the shortest double that is equal to 0.1f has seventeen digits.
  sink_.number(*static_cast<const float*>(value));
}

void Writer::write_enumerator(const TypeInfo& type, const void* value) {
  const int64_t number =
      type.is_signed ? load_signed(type, value) : static_cast<int64_t>(load_bits(type, value));
  for (const EnumName& enumerator : type.enumerators) {
    if (enumerator.value == number) return sink_.text(enumerator.name);
  }
  throw std::invalid_argument("a result holds " + std::to_string(number) +
                              ", which is no enumerator of " + std::string(type.name));
}

void Writer::write_list(const TypeInfo& type, const void* value) {
  enter();
  sink_.put('[');
  if (type.list->at != nullptr) {
    const size_t size = type.list->size(value);
    for (size_t i = 0; i < size; ++i) {
      if (i > 0) sink_.put(',');
      write(*type.element, type.list->at(value, i));
    }
  } else {
    State state{this, type.element, true};
    type.list->each(value, &state, [](void* user, const void* item) {
      State& at = *static_cast<State*>(user);
      at.writer->comma(at.first);
      at.writer->write(*at.element, item);
    });
  }
  sink_.put(']');
  leave();
}

void Writer::write_map(const TypeInfo& type, const void* value) {
  State state{this, type.element, true};
  enter();
  sink_.put('{');
  type.map->each(value, &state, [](void* user, const std::string& key, const void* item) {
    State& at = *static_cast<State*>(user);
    at.writer->comma(at.first);
    at.writer->sink_.text(key);
    at.writer->sink_.put(':');
    at.writer->write(*at.element, item);
  });
  sink_.put('}');
  leave();
}

void Writer::write_object(const TypeInfo& type, const void* value) {
  const void* members[detail::kMembersMax];
  type.object->addresses(value, members);
  enter();
  sink_.put('{');
  bool first = true;
  size_t i = 0;
  for (const FieldInfo& field : type.object->fields) {
    const void* const member = members[i++];
    if (is_write_only(*field.type) || is_left_out(*field.type, member)) continue;
    if (!field.key.empty()) {
      sink_.put(first ? field.key.substr(1) : field.key);
      first = false;
    } else {
      comma(first);
      sink_.text(field.name);
      sink_.put(':');
    }
    write(*field.type, member);
  }
  sink_.put('}');
  leave();
}

void Writer::write_variant(const TypeInfo& type, const void* value) {
  const size_t index = type.variant->index(value);
  if (index == SIZE_MAX) throw std::invalid_argument("a result holds a valueless variant");
  write(*type.variant->alternatives[index], type.variant->value(value));
}

void Writer::write(const TypeInfo& type, const void* value) {
  if (type.write_only) return sink_.put("null");  // Whoever asks for it by itself.
  switch (type.kind) {
    case TypeKind::boolean:
      return sink_.put(*static_cast<const bool*>(value) ? "true" : "false");
    case TypeKind::integer:
      return type.is_signed ? sink_.integer(load_signed(type, value))
                            : sink_.natural(load_bits(type, value));
    case TypeKind::number:
      return write_number(type, value);
    case TypeKind::text:
      return sink_.text(*static_cast<const std::string*>(value));
    case TypeKind::enumeration:
      return write_enumerator(type, value);
    case TypeKind::parsed: {
      std::string text;
      type.parsed->print(value, text);
      return sink_.text(text);
    }
    case TypeKind::json: {
      const std::string& text = static_cast<const Json*>(value)->text;
      return sink_.put(text.empty() ? std::string_view("null") : text);  // Moved from, most likely.
    }
    case TypeKind::optional:
      if (const void* inner = type.optional->value(value)) return write(*type.element, inner);
      return sink_.put("null");
    case TypeKind::list:
    case TypeKind::array:
      return write_list(type, value);
    case TypeKind::map:
      return write_map(type, value);
    case TypeKind::object:
      return write_object(type, value);
    case TypeKind::variant:
      return write_variant(type, value);
  }
}

}  // namespace

void append_json(std::string& out, const TypeInfo& type, const void* value) {
  JsonSink sink(out);
  Writer(sink).write(type, value);
}

void write_json(JsonWriter& json, const TypeInfo& type, const void* value) {
  std::string text;
  append_json(text, type, value);
  json.raw(text);
}

}  // namespace svc
