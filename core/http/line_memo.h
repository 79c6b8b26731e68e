// line_memo.h — the request line that was judged last, so that the same bytes aren't judged twice.
//
// Why: what asks often mostly asks for the same: a poller, a health check, a scraper, the busiest
// route of a service. Another line is told from it by its first bytes.
//
// Process: a worker, one for each parser. Thread: the loop's.
#pragma once

#include <string>
#include <string_view>

#include "core/http/kept_view.h"
#include "core/http/message.h"

namespace svc {

class LineMemo {
 public:
  static constexpr size_t kLineMax = 256;

  // Fills in what the line says, with views into `text`, if that begins with the line that is kept.
  // Its size with CRLF; 0: it is another one, and `head` is as it was.
  size_t recall(std::string_view text, RequestHead& head) const noexcept;

  // `line`, with CRLF, says what is in `head`, and is fine. Keeps it in the place of the former.
  void keep(std::string_view line, const RequestHead& head);

 private:
  std::string line_;  // Empty: none is kept.
  Method method_ = Method::get;
  int version_minor_ = 1;
  KeptView method_text_;
  KeptView target_;
  KeptView path_;
  KeptView query_;
  KeptView authority_;
};

}  // namespace svc
