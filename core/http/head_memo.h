// head_memo.h — the field section that was judged last, so that the same bytes aren't judged twice.
//
// Why: on one connection, and from one kind of client, request after request has the same fields to
// the byte, and only the request line differs. To judge them takes thousands of instructions for a
// browser's fields; to see that they are the same bytes again takes a comparison.
//
// Only what depends on the section alone is kept. The section of a request with another method or
// version, with a target that names its own authority, or with a chunked body (whose decoding
// begins in the parser's state) is judged as ever; so is the first one after any other. Limits are
// the server's and hold for the same bytes in the same way.
//
// Process: a worker, one for each parser. Thread: the loop's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/http/kept_view.h"
#include "core/http/message.h"

namespace svc {

class HeadMemo {
 public:
  static constexpr size_t kSectionMax = 2048;  // Longer ones are rare, and the copy stays.

  // How many bytes of `text`, which begins behind a request line, are the section that is kept; 0:
  // it is another one. `head` has what the request line says.
  size_t known(std::string_view text, const RequestHead& head) const noexcept;
  // Fills in what the section says, with views into `text`. REQUIRES: known(text, head) > 0.
  void recall(std::string_view text, RequestHead& head, std::vector<HeaderField>& fields) const;

  // `section` has been judged, for `head`. Keeps it in the place of the former, or keeps none.
  void keep(std::string_view section, const RequestHead& head);

 private:
  struct Field {
    KeptView name;
    KeptView value;
  };

  std::string section_;  // With its empty line; empty: none is kept.
  std::vector<Field> fields_;
  KeptView authority_;
  RequestHead said_;  // Without its views.
};

}  // namespace svc
