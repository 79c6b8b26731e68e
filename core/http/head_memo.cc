#include "core/http/head_memo.h"

#include <span>

#include "core/http/moved_view.h"

namespace svc {
namespace {

void move_fields(std::span<const HeaderField> fields, std::string_view from, const char* to,
                 std::vector<HeaderField>& out) {
  out.resize(fields.size());
  for (size_t i = 0; i < fields.size(); ++i) {
    out[i] = {moved_view(fields[i].name, from, to), moved_view(fields[i].value, from, to)};
  }
}

bool is_inside(std::string_view view, std::string_view text) noexcept {
  return view.empty() || (view.data() >= text.data() && view.data() < text.data() + text.size());
}

}  // namespace

size_t HeadMemo::known(std::string_view text, const RequestHead& head) const noexcept {
  const bool same = !section_.empty() && text.starts_with(section_) &&
                    head.method == said_.method && head.version_minor == said_.version_minor &&
                    head.authority.empty();
  return same ? section_.size() : 0;
}

void HeadMemo::recall(std::string_view text, RequestHead& head,
                      std::vector<HeaderField>& fields) const {
  move_fields(fields_, section_, text.data(), fields);
  head.headers = fields;
  head.authority = moved_view(said_.authority, section_, text.data());
  head.framing = said_.framing;
  head.content_length = said_.content_length;
  head.keep_alive = said_.keep_alive;
  head.expect_continue = said_.expect_continue;
  head.takes_trailers = said_.takes_trailers;
}

void HeadMemo::keep(std::string_view section, const RequestHead& head) {
  section_.clear();
  if (section.size() > kSectionMax || head.framing == BodyFraming::chunked ||
      head.method == Method::other || !is_inside(head.authority, section)) {
    return;
  }
  section_ = section;
  move_fields(head.headers, section, section_.data(), fields_);
  said_ = head;
  said_.method_text = said_.target = said_.path = said_.query = {};  // The request line's.
  said_.headers = {};
  said_.authority = moved_view(head.authority, section, section_.data());
}

}  // namespace svc
