// json_pieces.h — JSON text taken apart as it was written.
//
// Why: a parser knows what a number is, not how it was spelled: 1.10, 1e2, twenty digits of an
// amount. svc::Json hands on what somebody else has written, so its text comes from the source.
#pragma once

#include <string>
#include <string_view>

namespace svc {

// The texts of the values in a list or an object, one after the other.
class JsonPieces {
 public:
  // REQUIRES, of all here: `json` is one valid JSON value, or empty. Of what is neither a list nor
  // an object there are no pieces.
  explicit JsonPieces(std::string_view json) noexcept;
  // With no blanks around; empty: there are no more.
  std::string_view next() noexcept;

 private:
  std::string_view rest_;
  bool named_ = false;
};

// The same value on one line: without the blanks between its parts.
std::string compact_json(std::string_view json);

}  // namespace svc
