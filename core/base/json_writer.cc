#include "core/base/json_writer.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "core/base/check.h"
#include "core/base/json_plain.h"
#include "core/base/utf8.h"

namespace svc {
namespace {

void append_escape(std::string& out, char c) {
  constexpr char kHex[] = "0123456789abcdef";
  out += '\\';
  switch (c) {
    case '"':
    case '\\':
      out += c;
      return;
    case '\b':
      out += 'b';
      return;
    case '\f':
      out += 'f';
      return;
    case '\n':
      out += 'n';
      return;
    case '\r':
      out += 'r';
      return;
    case '\t':
      out += 't';
      return;
    default:
      out += "u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 15];
  }
}

template <class T>
void append_number(std::string& out, T number) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  append_json_escaped(out, text);
  out += '"';
}

void append_json_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const size_t plain = json_plain_run(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) return;
    if (static_cast<unsigned char>(text.front()) < 0x80) {
      append_escape(out, text.front());
      text.remove_prefix(1);
      continue;
    }
    text.remove_prefix(append_utf8_front(out, text));
  }
}

void JsonWriter::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (depth_ == 0) {
    SVC_CHECK(!done_);  // One writer, one value.
    done_ = true;
    return;
  }
  SVC_CHECK((is_object_ & bit()) == 0);  // In an object a value needs a key.
  comma();
}

void JsonWriter::comma() {
  if (has_items_ & bit()) out_ += ',';
  has_items_ |= bit();
}

void JsonWriter::open(char bracket, bool object) {
  separate();
  SVC_CHECK(depth_ < kDepthMax);
  ++depth_;
  has_items_ &= ~bit();
  is_object_ = object ? is_object_ | bit() : is_object_ & ~bit();
  out_ += bracket;
}

void JsonWriter::close(char bracket, bool object) {
  SVC_CHECK(depth_ > 0 && !after_key_ && ((is_object_ & bit()) != 0) == object);
  --depth_;
  out_ += bracket;
}

void JsonWriter::begin_object() { open('{', true); }
void JsonWriter::end_object() { close('}', true); }
void JsonWriter::begin_array() { open('[', false); }
void JsonWriter::end_array() { close(']', false); }

void JsonWriter::key(std::string_view name) {
  SVC_CHECK(depth_ > 0 && (is_object_ & bit()) != 0 && !after_key_);
  comma();
  append_json_string(out_, name);
  out_ += ':';
  after_key_ = true;
}

void JsonWriter::value(std::string_view text) {
  separate();
  append_json_string(out_, text);
}

void JsonWriter::value(bool flag) {
  separate();
  out_ += flag ? "true" : "false";
}

void JsonWriter::value(double number) {
  if (!std::isfinite(number)) return null();
  separate();
  const size_t start = out_.size();
  append_number(out_, number);
  // "1" would read back as an integer in languages that tell the two apart.
  if (out_.find_first_of(".e", start) == std::string::npos) out_ += ".0";
}

void JsonWriter::null() {
  separate();
  out_ += "null";
}

void JsonWriter::raw(std::string_view json) {
  SVC_CHECK(!json.empty());
  separate();
  out_ += json;
}

void JsonWriter::integer(int64_t number) {
  separate();
  append_number(out_, number);
}

void JsonWriter::natural(uint64_t number) {
  separate();
  append_number(out_, number);
}

}  // namespace svc
