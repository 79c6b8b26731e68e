#include "core/sdk/conditional.h"

#include <ctime>
#include <stdexcept>

#include "core/http/http_date.h"
#include "core/sdk/problem.h"
#include "core/sdk/request.h"
#include "core/sdk/response.h"

namespace svc {

std::string quoted_etag(std::string_view tag) {
  std::string quoted = "\"" + std::string(tag) + "\"";
  if (is_etag(quoted)) return quoted;
  throw std::invalid_argument("an entity tag holds no quotes, spaces and control characters: " +
                              std::string(tag));
}

void require_unchanged(const Request& request, std::string_view tag) {
  Validators now_is;
  now_is.exists = !tag.empty();
  if (now_is.exists) now_is.etag = quoted_etag(tag);
  if (check_preconditions(request.head(), now_is, std::time(nullptr)) == Precondition::failed) {
    throw Problem(412, "it has been changed meanwhile");
  }
}

bool apply_preconditions(const RequestHead& request, const Validators& validators, int64_t now_s,
                         Response& answer) {
  switch (check_preconditions(request, validators, now_s)) {
    case Precondition::holds:
      return false;
    case Precondition::failed:
      throw Problem(412, "it is not what the client expects").header("ETag", validators.etag);
    case Precondition::not_modified:
      break;
  }
  // What describes a content goes with it (RFC 9110 15.4.5).
  answer.clear_content();
  answer.status(304);
  return true;
}

// A version that the client has already needs no content.
void apply_preconditions(const RequestHead& request, Response& answer) {
  const bool is_read = request.method == Method::get || request.method == Method::head;
  if (!is_read || answer.status() != 200) return;
  const int64_t now_s = std::time(nullptr);
  Validators validators;
  validators.etag = answer.header("ETag").value_or(std::string_view());
  if (const auto modified = answer.header("Last-Modified")) {
    validators.modified_s = parse_http_date(*modified, now_s);
  }
  apply_preconditions(request, validators, now_s, answer);
}

}  // namespace svc
