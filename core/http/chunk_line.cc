#include "core/http/chunk_line.h"

#include "core/http/chars.h"

namespace svc {
namespace {

//   chunk-ext = *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )
enum Where : uint8_t {
  kStart,  // Before the first digit.
  kSize,
  kSizeSpace,  // Whitespace is allowed only if an extension follows it.
  kNameSpace,  // After ';'
  kName,
  kNameEnd,     // Whitespace after a name.
  kValueSpace,  // After '='
  kValue,
  kQuoted,
  kEscaped,  // After '\' in a quoted string.
  kQuotedEnd,
  kValueEnd,  // Whitespace after a value.
  kLf,        // After the CR.
  kDone,
  kBad,
  kStates,
};

enum Class : uint8_t {
  cHex,
  cToken,
  cSpace,
  cSemicolon,
  cEquals,
  cQuote,
  cBackslash,
  cCr,
  cLf,
  cText,
  cControl,
  kClasses
};

constexpr Class class_of(char c) noexcept {
  if (is_char(c, kHexChar)) return cHex;
  if (is_char(c, kTokenChar)) return cToken;
  switch (c) {
    case ' ':
    case '\t':
      return cSpace;
    case ';':
      return cSemicolon;
    case '=':
      return cEquals;
    case '"':
      return cQuote;
    case '\\':
      return cBackslash;
    case '\r':
      return cCr;
    case '\n':
      return cLf;
    default:
      return is_char(c, kValueChar) ? cText : cControl;
  }
}

constexpr Where B = kBad;
// clang-format off
constexpr Where kNext[kStates][kClasses] = {
    // hex      token     space        ;           =            "           \         CR   LF     text     control
    {kSize,     B,        B,           B,          B,           B,          B,        B,   B,     B,       B},  // kStart
    {kSize,     B,        kSizeSpace,  kNameSpace, B,           B,          B,        kLf, B,     B,       B},  // kSize
    {B,         B,        kSizeSpace,  kNameSpace, B,           B,          B,        B,   B,     B,       B},  // kSizeSpace
    {kName,     kName,    kNameSpace,  B,          B,           B,          B,        B,   B,     B,       B},  // kNameSpace
    {kName,     kName,    kNameEnd,    kNameSpace, kValueSpace, B,          B,        kLf, B,     B,       B},  // kName
    {B,         B,        kNameEnd,    kNameSpace, kValueSpace, B,          B,        B,   B,     B,       B},  // kNameEnd
    {kValue,    kValue,   kValueSpace, B,          B,           kQuoted,    B,        B,   B,     B,       B},  // kValueSpace
    {kValue,    kValue,   kValueEnd,   kNameSpace, B,           B,          B,        kLf, B,     B,       B},  // kValue
    {kQuoted,   kQuoted,  kQuoted,     kQuoted,    kQuoted,     kQuotedEnd, kEscaped, B,   B,     kQuoted, B},  // kQuoted
    {kQuoted,   kQuoted,  kQuoted,     kQuoted,    kQuoted,     kQuoted,    kQuoted,  B,   B,     kQuoted, B},  // kEscaped
    {B,         B,        kValueEnd,   kNameSpace, B,           B,          B,        kLf, B,     B,       B},  // kQuotedEnd
    {B,         B,        kValueEnd,   kNameSpace, B,           B,          B,        B,   B,     B,       B},  // kValueEnd
    {B,         B,        B,           B,          B,           B,          B,        B,   kDone, B,       B},  // kLf
    {B,         B,        B,           B,          B,           B,          B,        B,   B,     B,       B},  // kDone
    {B,         B,        B,           B,          B,           B,          B,        B,   B,     B,       B},  // kBad
};
// clang-format on

}  // namespace

void ChunkLine::start_line() noexcept {
  state_ = kStart;
  digit_count_ = 0;
}

ChunkLine::Step ChunkLine::refuse(std::string_view detail) noexcept {
  refusal_ = {400, detail};
  state_ = kBad;
  return {State::refused, 0};
}

ChunkLine::Step ChunkLine::advance(std::string_view input) noexcept {
  for (size_t at = 0; at < input.size(); ++at) {
    state_ = kNext[state_][class_of(input[at])];
    switch (state_) {
      case kSize:
        // The sixteenth digit may not reach the sign bit: sums of sizes must not overflow either.
        if (digit_count_ == kDigitsMax ||
            (digit_count_ == kDigitsMax - 1 && hex_value(digits_[0]) > 7)) {
          return refuse("a chunk size is too large a number (RFC 9112 7.1)");
        }
        digits_[digit_count_++] = input[at];
        break;
      case kBad:
        return refuse("a chunk's size line is malformed (RFC 9112 7.1)");
      case kDone:
        return {State::complete, at + 1};
      case kLf:
        break;
      default:
        if (++extension_bytes_ > kExtensionsMax) {
          return refuse("chunk extensions are too long (RFC 9112 7.1.1)");
        }
        break;
    }
  }
  return {State::more, input.size()};
}

}  // namespace svc
