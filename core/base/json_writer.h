// json_writer.h — JSON out: an own writer that appends to one string (RFC 8259).
//
// Why own: it is on the path of every JSON answer, and log lines, status documents and schemas use
// the same one. Commas and colons are its business; nesting mistakes are SVC_CHECKs. Strings are
// escaped; invalid UTF-8 becomes U+FFFD, so the output is always valid. NaN and infinities, which
// JSON lacks, become null. One writer writes one value.
//
//   JsonWriter json(out);
//   json.object([&] { json.field("id", 7); json.key("tags"); json.array([&] { json.value("a"); });
//   });
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/api.h"

namespace svc {

class SVC_API JsonWriter {
 public:
  static constexpr int kDepthMax = 64;

  explicit JsonWriter(std::string& out) noexcept : out_(out) {}  // Appends; `out` outlives it.

  void begin_object();
  void end_object();
  void begin_array();
  void end_array();
  void key(std::string_view name);  // REQUIRES: inside an object, followed by one value.

  void value(std::string_view text);
  void value(const char* text) { value(std::string_view(text)); }
  void value(const std::string& text) { value(std::string_view(text)); }
  void value(bool flag);
  void value(
      double number);  // Shortest form that reads back to the same double; 1.0 prints as 1.0.
  template <std::signed_integral T>
  void value(T number) {
    integer(static_cast<int64_t>(number));
  }
  template <std::unsigned_integral T>
  requires(!std::same_as<T, bool>) void value(T number) { natural(static_cast<uint64_t>(number)); }
  void null();
  void raw(std::string_view json);  // One complete, valid value, copied as it is.

  template <class T>
  void field(std::string_view name, T&& item) {
    key(name);
    value(std::forward<T>(item));
  }
  template <class Body>
  void object(Body&& body) {
    begin_object();
    body();
    end_object();
  }
  template <class Body>
  void array(Body&& body) {
    begin_array();
    body();
    end_array();
  }

 private:
  void integer(int64_t number);
  void natural(uint64_t number);
  void open(char bracket, bool object);
  void close(char bracket, bool object);
  void
  separate();  // Before a value: the comma where one is due, and whether a value may stand here.
  void comma();
  uint64_t bit() const noexcept { return 1ULL << (depth_ - 1); }  // REQUIRES: depth_ > 0.

  std::string& out_;
  uint64_t has_items_ = 0;  // Bit d - 1: the container at depth d has something in it.
  uint64_t is_object_ = 0;  // Bit d - 1: it is an object.
  int depth_ = 0;           // Open containers; 0 is the document itself.
  bool after_key_ = false;
  bool done_ = false;  // The document has its value.
};

// `text` as a JSON string with its quotes, appended.
SVC_API void append_json_string(std::string& out, std::string_view text);
// The same without the quotes, for a string that is put together from pieces. A piece must not end
// inside a character.
SVC_API void append_json_escaped(std::string& out, std::string_view text);

}  // namespace svc
