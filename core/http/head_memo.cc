#include "core/http/head_memo.h"

namespace svc {
size_t HeadMemo::known(std::string_view text, const RequestHead& head) const noexcept {
  const bool same = !section_.empty() && text.starts_with(section_) &&
                    head.method == said_.method && head.version_minor == said_.version_minor &&
                    head.authority.empty();
  return same ? section_.size() : 0;
}

void HeadMemo::recall(std::string_view text, RequestHead& head,
                      std::vector<HeaderField>& fields) const {
  fields.resize(fields_.size());
  for (size_t i = 0; i < fields.size(); ++i) {
    fields[i] = {fields_[i].name.in(text.data()), fields_[i].value.in(text.data())};
  }
  head.headers = fields;
  head.authority = authority_.in(text.data());
  head.framing = said_.framing;
  head.content_length = said_.content_length;
  head.keep_alive = said_.keep_alive;
  head.expect_continue = said_.expect_continue;
  head.takes_trailers = said_.takes_trailers;
  head.name_sizes = said_.name_sizes;
}

void HeadMemo::keep(std::string_view section, const RequestHead& head) {
  section_.clear();
  if (section.size() > kSectionMax || head.framing == BodyFraming::chunked ||
      head.method == Method::other || !KeptView::can_be(head.authority, section)) {
    return;
  }
  section_ = section;
  fields_.clear();
  for (const HeaderField& field : head.headers) {
    fields_.push_back({{field.name, section}, {field.value, section}});
  }
  authority_ = {head.authority, section};
  said_ = head;
  said_.method_text = said_.target = said_.path = said_.query = said_.authority = {};
  said_.headers = {};
}

}  // namespace svc
