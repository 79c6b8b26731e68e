#include "core/sdk/types/read_scalar.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/base/check.h"
#include "core/base/utf8.h"
#include "core/http/message.h"
#include "core/sdk/types/add_element.h"
#include "core/sdk/types/regex_match.h"

namespace svc {
namespace {

void store_bits(const TypeInfo& type, void* out, uint64_t bits) noexcept {
  // Two's complement, little end first: the low bytes are the narrower value.
  static_assert(std::endian::native == std::endian::little);
  std::memcpy(out, &bits, type.size);
}

void add_too_small(const TypeInfo& type, const InputPlace& place, Issues& issues) {
  issues.add(place, "greater_than_equal", "must be at least " + std::to_string(type.minimum));
}
void add_too_large(const TypeInfo& type, const InputPlace& place, Issues& issues) {
  issues.add(place, "less_than_equal", "must be at most " + std::to_string(type.maximum));
}

void read_integer(std::string_view text, const TypeInfo& type, void* out, const InputPlace& place,
                  Issues& issues) {
  const char* const end = text.data() + text.size();
  int64_t value = 0;
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ptr != end || text.empty() || read.ec == std::errc::invalid_argument) {
    issues.add(place, "int_parsing", "must be an integer");
  } else if (read.ec == std::errc()) {
    store_integer(type, out, value, place, issues);
  } else if (text.front() == '-') {
    add_too_small(type, place, issues);
  } else {
    uint64_t natural = 0;
    if (std::from_chars(text.data(), end, natural).ec == std::errc()) {
      store_natural(type, out, natural, place, issues);
    } else {
      add_too_large(type, place, issues);
    }
  }
}

void read_number(std::string_view text, const TypeInfo& type, void* out, const InputPlace& place,
                 Issues& issues) {
  const char* const end = text.data() + text.size();
  double value = 0;
  const auto read = std::from_chars(text.data(), end, value);
  // from_chars also reads "inf" and "nan", which are no numbers to a client.
  if (read.ptr != end || text.empty() || read.ec == std::errc::invalid_argument ||
      text.find_first_of("nN") != std::string_view::npos) {
    issues.add(place, "float_parsing", "must be a number");
  } else if (read.ec != std::errc()) {
    issues.add(place, "finite_number", "is out of range");
  } else {
    store_number(type, out, value, place, issues);
  }
}

// Of valid UTF-8: the bytes that begin one.
size_t count_characters(std::string_view text) noexcept {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string spell(double number) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

bool check_bounds(const NumberBounds& bounds, double value, const InputPlace& place,
                  Issues& issues) {
  if (bounds.above ? !(value > bounds.minimum) : !(value >= bounds.minimum)) {
    issues.add(
        place, bounds.above ? "greater_than" : "greater_than_equal",
        (bounds.above ? "must be greater than " : "must be at least ") + spell(bounds.minimum));
    return false;
  }
  if (bounds.below ? !(value < bounds.maximum) : !(value <= bounds.maximum)) {
    issues.add(place, bounds.below ? "less_than" : "less_than_equal",
               (bounds.below ? "must be less than " : "must be at most ") + spell(bounds.maximum));
    return false;
  }
  return true;
}

void add_literal(const TextFormat& format, const InputPlace& place, Issues& issues) {
  issues.add(place, format.type, std::string("must be '").append(format.literal) + "'");
}

bool check_format(const TextFormat& format, std::string_view text, const InputPlace& place,
                  Issues& issues) {
  if (!format.pattern.empty() && !matches_regex(format.pattern, text)) {
    issues.add(place, "string_pattern_mismatch",
               std::string("must match the pattern ").append(format.pattern));
  } else if (format.fits != nullptr && !format.fits(text)) {
    issues.add(place, format.type, std::string(format.msg));
  } else {
    return true;
  }
  return false;
}

void read_boolean(std::string_view text, void* out, const InputPlace& place, Issues& issues) {
  static constexpr std::string_view kTrue[] = {"true", "1", "on", "yes", "t", "y"};
  static constexpr std::string_view kFalse[] = {"false", "0", "off", "no", "f", "n"};
  const auto is_text = [text](std::string_view word) { return iequals(text, word); };
  if (std::ranges::any_of(kTrue, is_text)) {
    *static_cast<bool*>(out) = true;
  } else if (std::ranges::any_of(kFalse, is_text)) {
    *static_cast<bool*>(out) = false;
  } else {
    issues.add(place, "bool_parsing", "must be true or false");
  }
}

}  // namespace

void store_integer(const TypeInfo& type, void* out, int64_t value, const InputPlace& place,
                   Issues& issues) {
  if (value < type.minimum) return add_too_small(type, place, issues);
  const bool too_large = type.is_signed ? value > static_cast<int64_t>(type.maximum)
                                        : static_cast<uint64_t>(value) > type.maximum;
  if (too_large) return add_too_large(type, place, issues);
  store_bits(type, out, static_cast<uint64_t>(value));
}

void store_natural(const TypeInfo& type, void* out, uint64_t value, const InputPlace& place,
                   Issues& issues) {
  if (value <= static_cast<uint64_t>(INT64_MAX)) {
    return store_integer(type, out, static_cast<int64_t>(value), place, issues);
  }
  if (type.is_signed || value > type.maximum) return add_too_large(type, place, issues);
  store_bits(type, out, value);
}

void store_whole(const TypeInfo& type, void* out, double value, const InputPlace& place,
                 Issues& issues) {
  if (value != std::trunc(value)) {
    issues.add(place, "int_from_float", "must be an integer, without a fraction");
  } else if (value <= -0x1p63) {  // Equal: -2^63 - 1 has been rounded to it.
    add_too_small(type, place, issues);
  } else if (value < 0x1p63) {
    store_integer(type, out, static_cast<int64_t>(value), place, issues);
  } else if (value < 0x1p64) {
    store_natural(type, out, static_cast<uint64_t>(value), place, issues);
  } else {
    add_too_large(type, place, issues);
  }
}

void store_number(const TypeInfo& type, void* out, double value, const InputPlace& place,
                  Issues& issues) {
  if (type.bounds != nullptr && !check_bounds(*type.bounds, value, place, issues)) return;
  if (type.size == sizeof(double)) {
    *static_cast<double*>(out) = value;
  } else if (std::abs(value) > std::numeric_limits<float>::max()) {
    issues.add(place, "finite_number", "is out of range");
  } else {
    *static_cast<float*>(out) = static_cast<float>(value);
  }
}

void store_text(const TypeInfo& type, void* out, std::string_view text, const InputPlace& place,
                Issues& issues) {
  // Each character takes one to four bytes: most texts need no counting.
  if (type.length_max < text.size() || type.length_min > (text.size() + 3) / 4) {
    const size_t length = count_characters(text);
    const char* const plural = " characters";
    if (length < type.length_min) {
      issues.add(place, "string_too_short",
                 "must have at least " + std::to_string(type.length_min) +
                     (type.length_min == 1 ? " character" : plural));
      return;
    }
    if (length > type.length_max) {
      issues.add(place, "string_too_long",
                 "must have at most " + std::to_string(type.length_max) +
                     (type.length_max == 1 ? " character" : plural));
      return;
    }
  }
  if (type.format != nullptr && !check_format(*type.format, text, place, issues)) return;
  static_cast<std::string*>(out)->assign(text);
}

void store_parsed(const TypeInfo& type, void* out, std::string_view text, const InputPlace& place,
                  Issues& issues) {
  if (type.parsed->parse(text, out)) return;
  if (!type.format->literal.empty()) return add_literal(*type.format, place, issues);
  issues.add(place, type.format->type, std::string(type.format->msg));
}

void store_parsed_number(const TypeInfo& type, void* out, double number, const InputPlace& place,
                         Issues& issues) {
  if (type.parsed->from_number == nullptr) {
    issues.add(place, "string_type", "must be a string");
  } else if (!type.parsed->from_number(number, out)) {
    issues.add(place, type.format->type, std::string(type.format->msg));
  }
}

void store_enumerator(const TypeInfo& type, void* out, std::string_view name,
                      const InputPlace& place, Issues& issues) {
  std::string known;
  for (const EnumName& enumerator : type.enumerators) {
    if (enumerator.name == name)
      return store_bits(type, out, static_cast<uint64_t>(enumerator.value));
  }
  for (const EnumName& enumerator : type.enumerators) {
    if (!known.empty()) known += ", ";
    known.append("'").append(enumerator.name).append("'");
  }
  issues.add(place, "enum", "must be one of " + known);
}

void add_missing(const InputPlace& place, Issues& issues) {
  // Read by clients: why `int qty = 1;` is required, too, is for the manual to say.
  issues.add(place, "missing", "is required");
}

void check_length(const TypeInfo& type, size_t length, const InputPlace& place, Issues& issues) {
  const auto count = [](size_t n) {
    return std::to_string(n) + (n == 1 ? " element" : " elements");
  };
  if (type.length_min == type.length_max && length != type.length_min) {
    issues.add(place, length < type.length_min ? "too_short" : "too_long",
               "must have exactly " + count(type.length_min));
  } else if (length < type.length_min) {
    issues.add(place, "too_short", "must have at least " + count(type.length_min));
  } else if (length > type.length_max) {
    issues.add(place, "too_long", "must have at most " + count(type.length_max));
  }
}

void check_object(const TypeInfo& type, const void* object, const InputPlace& place, Issues& issues,
                  size_t issues_before) {
  if (type.object->check == nullptr || issues.list().size() != issues_before) return;
  struct Scope {
    Issues& issues;
    const InputPlace* former;
    ~Scope() { issues.enter(former); }
  } scope{issues, issues.enter(&place)};
  type.object->check(object, issues);
}

// The first alternative, as they are written, that takes the text; else what the last one says.
void read_text_variant(std::string_view text, const TypeInfo& type, void* out,
                       const InputPlace& place, Issues& issues) {
  const auto alternatives = type.variant->alternatives;
  for (size_t i = 0; i < alternatives.size(); ++i) {
    Issues wrong;
    read_text(text, *alternatives[i], type.variant->emplace(out, i), place, wrong);
    if (wrong.empty()) return;
    if (i + 1 == alternatives.size()) {
      const Issue& last = wrong.list().back();
      issues.add(place, last.type, last.msg);
    }
  }
}

void read_text(std::string_view text, const TypeInfo& type, void* out, const InputPlace& place,
               Issues& issues) {
  switch (type.kind) {
    case TypeKind::boolean:
      return read_boolean(text, out, place, issues);
    case TypeKind::integer:
      return read_integer(text, type, out, place, issues);
    case TypeKind::number:
      return read_number(text, type, out, place, issues);
    case TypeKind::text:
      if (!utf8_valid(text)) return issues.add(place, "string_unicode", "must be valid UTF-8");
      return store_text(type, out, text, place, issues);
    case TypeKind::enumeration:
      return store_enumerator(type, out, text, place, issues);
    case TypeKind::optional:
      return read_text(text, *type.element, type.optional->engage(out), place, issues);
    case TypeKind::list: {
      const size_t at = type.list->size(out);
      return add_element(type, out, [&](void* element) {
        read_text(text, *type.element, element, place.element(at), issues);
      });
    }
    case TypeKind::parsed:
      return store_parsed(type, out, text, place, issues);
    case TypeKind::variant:
      return read_text_variant(text, type, out, place, issues);
    case TypeKind::json:
    case TypeKind::array:
    case TypeKind::map:
    case TypeKind::object:
      break;
  }
  SVC_CHECK(false);  // None stands in a path, a query or a header: refused when it was compiled.
}

}  // namespace svc
