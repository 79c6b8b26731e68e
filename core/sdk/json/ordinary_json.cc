#include "core/sdk/json/ordinary_json.h"

#include <cstdint>
#include <cstring>

#include "core/base/json_plain.h"
#include "core/base/utf8.h"
#include "core/sdk/issues.h"
#include "core/sdk/json/read_json.h"
#include "core/sdk/types/add_element.h"
#include "core/sdk/types/describe.h"
#include "core/sdk/types/read_scalar.h"

namespace svc {
namespace {

static_assert(detail::kMembersMax == 64, "a bit for each");

constexpr size_t kDepthMax = kJsonDepthMax / 2;  // Far from where the library's own bound is.
constexpr int kDigitsMax = 18;                   // Any such number fits into 64 bits.
constexpr uint64_t kExactMax = uint64_t{1} << 53;
// A whole number up to 2^53 over one of these is rounded once, and so rightly (Clinger, "How to
// read floating point numbers accurately", 1990).
constexpr double kPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                              1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};
static_assert(std::size(kPowers) == kDigitsMax + 1);

// Eight or four bytes from the front and from the end: what is compared here is a few bytes, and
// memcmp's call and choices cost more.
template <class Word>
bool is_same_by(const char* a, const char* b, size_t size) noexcept {
  Word words[4];
  std::memcpy(&words[0], a, sizeof(Word));
  std::memcpy(&words[1], b, sizeof(Word));
  std::memcpy(&words[2], a + size - sizeof(Word), sizeof(Word));
  std::memcpy(&words[3], b + size - sizeof(Word), sizeof(Word));
  return words[0] == words[1] && words[2] == words[3];
}
bool is_same(const char* a, const char* b, size_t size) noexcept {
  if (size < 4 || size > 16) return std::memcmp(a, b, size) == 0;
  return size >= 8 ? is_same_by<uint64_t>(a, b, size) : is_same_by<uint32_t>(a, b, size);
}

struct PlainNumber {
  uint64_t digits = 0;  // Without the point.
  int decimals = 0;
  bool negative = false;
  bool has_point = false;
};

// Each function returns false for what isn't ordinary, and nothing is read after that.
class OrdinaryReader {
 public:
  explicit OrdinaryReader(std::string_view text)
      : at_(text.data()), end_(text.data() + text.size()) {}

  bool read_all(const TypeInfo& type, void* out) {
    if (!read(type, out)) return false;
    skip_space();
    return at_ == end_;
  }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
  void skip_space() {
    if (at_ != end_ && *at_ > ' ') [[likely]]
      return;
    while (at_ != end_ && is_space(*at_)) ++at_;
  }
  bool take_here(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool take(char c) {
    if (take_here(c)) [[likely]]
      return true;
    skip_space();
    return take_here(c);
  }
  bool take_text(std::string_view text) {
    if (static_cast<size_t>(end_ - at_) < text.size()) return false;
    if (!is_same(at_, text.data(), text.size())) return false;
    at_ += text.size();
    return true;
  }
  bool scan_string(std::string_view& text);
  bool scan_number(PlainNumber& number);

  bool read(const TypeInfo& type, void* out);
  // Not inlined, so that read() is a jump and each saves the registers that it needs itself.
  [[gnu::noinline]] bool read_boolean(void* out);
  [[gnu::noinline]] bool read_string(const TypeInfo& type, void* out);
  [[gnu::noinline]] bool read_integer(const TypeInfo& type, void* out);
  [[gnu::noinline]] bool read_number(const TypeInfo& type, void* out);
  [[gnu::noinline]] bool read_optional(const TypeInfo& type, void* out);
  [[gnu::noinline]] bool read_nested(const TypeInfo& type, void* out);
  bool read_list(const TypeInfo& type, void* out);
  bool read_array(const TypeInfo& type, void* out);
  bool read_map(const TypeInfo& type, void* out);
  bool read_object(const TypeInfo& type, void* out);
  bool take_key(std::span<const FieldInfo> fields, size_t& index);
  bool read_members(const TypeInfo& type, void* out, uint64_t& seen);

  const char* at_;
  const char* const end_;
  size_t elements_ = 0;
  size_t depth_ = 0;
  Issues issues_;  // Any at all: not ordinary.
  const InputPlace nowhere_{};
};

bool OrdinaryReader::scan_string(std::string_view& text) {
  if (!take('"')) return false;
  const char* const begin = at_;
  const char* const stop = begin + json_plain_run({begin, end_});
  if (stop != end_ && *stop == '"') [[likely]] {
    at_ = stop + 1;
    text = {begin, stop};
    return true;
  }
  for (at_ = stop; at_ != end_ && *at_ != '"'; ++at_) {
    if (*at_ == '\\' || static_cast<unsigned char>(*at_) < 0x20) return false;
  }
  text = {begin, at_};
  return at_++ != end_ && utf8_valid(text);
}

// Adds the digits at `at` to the number; the first byte behind them. Too many: the number is wrong,
// which the caller sees by their count.
const char* take_digits(const char* at, const char* end, uint64_t& number) {
  uint64_t sum = number;
  for (; at != end; ++at) {
    const unsigned digit = static_cast<unsigned char>(*at) - unsigned{'0'};
    if (digit > 9) break;
    sum = sum * 10 + digit;
  }
  number = sum;
  return at;
}

bool OrdinaryReader::scan_number(PlainNumber& number) {
  skip_space();
  const char* at = at_;
  number.negative = at != end_ && *at == '-';
  at += number.negative;
  const char* const begin = at;
  at = take_digits(at, end_, number.digits);
  auto digits = at - begin;
  if (digits == 0 || (*begin == '0' && digits > 1)) return false;
  if (at != end_ && *at == '.') {
    const char* const point = ++at;
    number.has_point = true;
    at = take_digits(at, end_, number.digits);
    number.decimals = static_cast<int>(at - point);
    if (number.decimals == 0) return false;
    digits += number.decimals;
  }
  at_ = at;
  return digits <= kDigitsMax && (at == end_ || (*at != 'e' && *at != 'E'));
}

bool OrdinaryReader::read_integer(const TypeInfo& type, void* out) {
  PlainNumber number;
  if (!scan_number(number) || number.has_point) return false;
  const auto value = static_cast<int64_t>(number.digits);
  store_integer(type, out, number.negative ? -value : value, nowhere_, issues_);
  return issues_.empty();
}

bool OrdinaryReader::read_number(const TypeInfo& type, void* out) {
  PlainNumber number;
  if (!scan_number(number) || number.digits > kExactMax) return false;
  if (number.negative && number.digits == 0) return false;  // -0 and -0.0 are two things.
  const double value = static_cast<double>(number.digits) / kPowers[number.decimals];
  store_number(type, out, number.negative ? -value : value, nowhere_, issues_);
  return issues_.empty();
}

bool OrdinaryReader::read_optional(const TypeInfo& type, void* out) {
  skip_space();
  if (at_ != end_ && *at_ == 'n') {
    // Of an optional in an optional the inner one is null.
    if (type.element->kind == TypeKind::optional) type.optional->engage(out);
    return take_text("null");
  }
  return read(*type.element, type.optional->engage(out));
}

bool OrdinaryReader::read_list(const TypeInfo& type, void* out) {
  if (!take('[')) return false;
  type.list->clear(out);
  size_t count = 0;
  if (!take(']')) {
    if (type.list->reserve != nullptr) type.list->reserve(out, 4);  // Few lists are shorter.
    do {
      if (++elements_ > kJsonElementsMax) return false;
      ++count;
      bool is_read = false;
      add_element(type, out, [&](void* to) { is_read = read(*type.element, to); });
      if (!is_read) return false;
    } while (take(','));
    if (!take(']')) return false;
  }
  check_length(type, count, nowhere_, issues_);
  return issues_.empty();
}

bool OrdinaryReader::read_array(const TypeInfo& type, void* out) {
  if (!take('[')) return false;
  for (size_t i = 0; i < type.length_min; ++i) {
    if (i != 0 && !take(',')) return false;
    // The table gives read access; the value is the reader's own and not const.
    if (!read(*type.element, const_cast<void*>(type.list->at(out, i)))) return false;
  }
  return take(']');
}

bool OrdinaryReader::read_map(const TypeInfo& type, void* out) {
  if (!take('{')) return false;
  type.map->clear(out);
  if (!take('}')) {
    do {
      std::string_view key;
      if (!scan_string(key) || !take(':') || ++elements_ > kJsonElementsMax) return false;
      void* const to = type.map->insert(out, std::string(key));
      if (to == nullptr || !read(*type.element, to)) return false;
    } while (take(','));
    if (!take('}')) return false;
  }
  check_length(type, type.map->size(out), nowhere_, issues_);
  return issues_.empty();
}

// A member's name and its colon. `index` is of the likely one, and then of the one that is there.
bool OrdinaryReader::take_key(std::span<const FieldInfo> fields, size_t& index) {
  skip_space();
  if (index < fields.size() && !fields[index].key.empty()) {
    std::string_view likely = fields[index].key;
    likely.remove_prefix(1);  // Its comma.
    if (take_text(likely)) [[likely]]
      return true;
  }
  std::string_view key;
  if (!scan_string(key) || !take(':')) return false;
  for (index = 0; index < fields.size() && fields[index].name != key;) ++index;
  return index != fields.size();
}

bool OrdinaryReader::read_members(const TypeInfo& type, void* out, uint64_t& seen) {
  const auto fields = type.object->fields;
  const void* members[detail::kMembersMax];
  type.object->addresses(out, members);
  size_t index = 0;  // Clients mostly keep the order of the struct.
  do {
    if (!take_key(fields, index) || (seen >> index & 1) != 0) return false;
    seen |= uint64_t{1} << index;
    if (!read(*fields[index].type, const_cast<void*>(members[index]))) return false;
    ++index;
  } while (take(','));
  return take('}');
}

bool OrdinaryReader::read_object(const TypeInfo& type, void* out) {
  if (!take('{')) return false;
  uint64_t seen = 0;
  if (!take('}') && !read_members(type, out, seen)) return false;
  const auto fields = type.object->fields;
  const bool is_complete =
      fields.empty() || seen == ~uint64_t{0} >> (detail::kMembersMax - fields.size());
  for (size_t i = 0; i < fields.size() && !is_complete; ++i) {
    if ((seen >> i & 1) == 0 && fields[i].type->presence == Presence::required) return false;
  }
  check_object(type, out, nowhere_, issues_, 0);
  return issues_.empty();
}

bool OrdinaryReader::read_nested(const TypeInfo& type, void* out) {
  if (depth_ == kDepthMax) return false;
  ++depth_;
  const bool is_read = type.kind == TypeKind::object ? read_object(type, out)
                       : type.kind == TypeKind::list ? read_list(type, out)
                       : type.kind == TypeKind::map  ? read_map(type, out)
                                                     : read_array(type, out);
  --depth_;
  return is_read;
}

bool OrdinaryReader::read_boolean(void* out) {
  skip_space();
  bool& value = *static_cast<bool*>(out);
  value = at_ != end_ && *at_ == 't';
  return take_text(value ? "true" : "false");
}

bool OrdinaryReader::read_string(const TypeInfo& type, void* out) {
  std::string_view text;
  if (!scan_string(text)) return false;
  if (type.kind == TypeKind::text) {
    store_text(type, out, text, nowhere_, issues_);
  } else if (type.kind == TypeKind::enumeration) {
    store_enumerator(type, out, text, nowhere_, issues_);
  } else {
    store_parsed(type, out, text, nowhere_, issues_);
  }
  return issues_.empty();
}

bool OrdinaryReader::read(const TypeInfo& type, void* out) {
  switch (type.kind) {
    case TypeKind::boolean:
      return read_boolean(out);
    case TypeKind::integer:
      return read_integer(type, out);
    case TypeKind::number:
      return read_number(type, out);
    case TypeKind::text:
    case TypeKind::enumeration:
    case TypeKind::parsed:
      return read_string(type, out);
    case TypeKind::optional:
      return read_optional(type, out);
    case TypeKind::list:
    case TypeKind::array:
    case TypeKind::map:
    case TypeKind::object:
      return read_nested(type, out);
    case TypeKind::json:
    case TypeKind::variant:
      return false;
  }
  return false;
}

}  // namespace

bool read_ordinary_json(std::string_view text, const TypeInfo& type, void* out) {
  return OrdinaryReader(text).read_all(type, out);
}

}  // namespace svc
