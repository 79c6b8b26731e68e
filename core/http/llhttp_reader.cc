#include "core/http/llhttp_reader.h"

#include <algorithm>
#include <string>

#include "core/http/chars.h"

namespace svc {
namespace {

// Whether `fields` are what the lines of `section` say: one begins where the one before ended, a
// name is a token with its colon right behind it, and around a value there is only whitespace.
// REQUIRES: the section has passed FieldSection, so CR occurs at the ends of lines only.
// Trims the values' ends.
bool fields_are_exact(std::string_view section, std::vector<HeaderField>& fields) noexcept {
  const char* at = section.data();
  for (HeaderField& field : fields) {
    if (field.name.data() != at || !is_token(field.name)) return false;
    at += field.name.size();
    if (*at++ != ':') return false;
    while (is_space(*at)) ++at;
    if (!field.value.empty() && field.value.data() != at) return false;
    at += field.value.size();
    field.value = trim(field.value);
    while (is_space(*at)) ++at;
    if (*at != '\r') return false;
    at += 2;
  }
  return at + 2 == section.data() + section.size();
}

// Methods that llhttp and this server know alike. For all others llhttp is told POST: it refuses
// names that it does not know, but framing is the same for all methods (RFC 9112 6).
constexpr std::string_view kStandIn = "POST ";

}  // namespace

struct LlhttpReader::Callbacks {
  static LlhttpReader& self(llhttp_t* llhttp) noexcept {
    return *static_cast<LlhttpReader*>(llhttp->data);
  }
  static int on_url(llhttp_t* llhttp, const char* at, size_t size) noexcept {
    self(llhttp).url_ = {at, size};
    return HPE_OK;
  }
  static int on_header_field(llhttp_t* llhttp, const char* at, size_t size) noexcept {
    auto* fields = self(llhttp).fields_;
    // Room has been made before: an allocation that fails must not throw through C.
    if (fields == nullptr || fields->size() == fields->capacity()) return HPE_USER;
    fields->push_back({{at, size}, {at + size, 0}});
    return HPE_OK;
  }
  static int on_header_value(llhttp_t* llhttp, const char* at, size_t size) noexcept {
    auto* fields = self(llhttp).fields_;
    if (fields == nullptr || fields->empty()) return HPE_USER;
    fields->back().value = {at, size};
    return HPE_OK;
  }
  static int on_headers_complete(llhttp_t* llhttp) noexcept {
    llhttp->upgrade = 0;  // Upgrade is ignored (RFC 9110 7.8): the message goes on as HTTP/1.1.
    self(llhttp).headers_complete_ = true;
    return self(llhttp).bodiless_ ? 1 : 0;  // 1: llhttp expects no body, whatever the fields say.
  }
  static int on_message_complete(llhttp_t* llhttp) noexcept {
    self(llhttp).message_complete_ = true;
    return HPE_OK;
  }
  static int on_chunk_header(llhttp_t* llhttp) noexcept {
    self(llhttp).chunk_begun_ = true;
    return HPE_OK;
  }
  static int on_body(llhttp_t* llhttp, const char*, size_t size) noexcept {
    self(llhttp).body_bytes_ += size;
    return HPE_OK;
  }

  static const llhttp_settings_t* settings() noexcept {
    static const llhttp_settings_t table = [] {
      llhttp_settings_t made;
      llhttp_settings_init(&made);
      made.on_url = on_url;
      made.on_header_field = on_header_field;
      made.on_header_value = on_header_value;
      made.on_headers_complete = on_headers_complete;
      made.on_message_complete = on_message_complete;
      made.on_chunk_header = on_chunk_header;
      made.on_body = on_body;
      return made;
    }();
    return &table;
  }
};

LlhttpReader::LlhttpReader(Reads reads) noexcept {
  llhttp_init(&llhttp_, reads == Reads::requests ? HTTP_REQUEST : HTTP_RESPONSE,
              Callbacks::settings());
  llhttp_.data = this;
  // The version has been judged, and HTTP/1.2 is to be served as HTTP/1.1 (RFC 9110 2.5).
  llhttp_.lenient_flags = static_cast<decltype(llhttp_.lenient_flags)>(LENIENT_VERSION);
}

void LlhttpReader::reset() noexcept {
  llhttp_reset(&llhttp_);
  fields_ = nullptr;
  url_ = {};
  bodiless_ = headers_complete_ = message_complete_ = chunk_begun_ = false;
  body_bytes_ = 0;
}

bool LlhttpReader::feed(std::string_view bytes) noexcept {
  return llhttp_execute(&llhttp_, bytes.data(), bytes.size()) == HPE_OK;
}

// llhttp takes a tab around the value of Content-Length or Transfer-Encoding for part of it, though
// it is optional whitespace like a space (RFC 9110 5.6.3).
bool LlhttpReader::feed_without_tabs(std::string_view bytes) {
  std::string spaced(bytes);
  std::replace(spaced.begin(), spaced.end(), '\t', ' ');
  const bool taken = feed(spaced);
  const auto original = [&](std::string_view view) {
    if (view.data() == nullptr) return view;
    return bytes.substr(static_cast<size_t>(view.data() - spaced.data()), view.size());
  };
  url_ = original(url_);
  for (HeaderField& field : *fields_) field = {original(field.name), original(field.value)};
  return taken;
}

bool LlhttpReader::read_head(std::string_view bytes, const RequestHead& head, size_t field_count,
                             std::vector<HeaderField>& fields) {
  fields.clear();
  fields.reserve(field_count);
  fields_ = &fields;
  if (head.method == Method::other) {
    if (!feed(kStandIn)) return false;
    bytes.remove_prefix(head.method_text.size() + 1);
  }
  const bool taken = bytes.find('\t') == bytes.npos ? feed(bytes) : feed_without_tabs(bytes);
  fields_ = nullptr;
  if (!taken || !headers_complete_) return false;
  if (url_.data() != head.target.data() || url_.size() != head.target.size()) return false;
  // The fields begin behind the target, " HTTP/1.1" and CRLF.
  const char* section = head.target.data() + head.target.size() + 11;
  const char* end = bytes.data() + bytes.size();
  return fields_are_exact({section, static_cast<size_t>(end - section)}, fields);
}

bool LlhttpReader::read_response_head(std::string_view bytes, size_t fields_at, size_t field_count,
                                      bool bodiless, std::vector<HeaderField>& fields) {
  fields.clear();
  fields.reserve(field_count);
  fields_ = &fields;
  bodiless_ = bodiless;
  const bool taken = bytes.find('\t') == bytes.npos ? feed(bytes) : feed_without_tabs(bytes);
  fields_ = nullptr;
  return taken && headers_complete_ && fields_are_exact(bytes.substr(fields_at), fields);
}

std::string_view LlhttpReader::fault() const noexcept {
  switch (llhttp_get_errno(&llhttp_)) {
    case HPE_UNEXPECTED_CONTENT_LENGTH:
      return "Content-Length twice, or beside Transfer-Encoding (RFC 9112 6.3)";
    case HPE_INVALID_CONTENT_LENGTH:
      return "Content-Length is not one decimal number (RFC 9110 8.6)";
    case HPE_INVALID_TRANSFER_ENCODING:
      return "chunked is not the final transfer coding, once (RFC 9112 6.3)";
    default:
      return "a field line is not name, colon, value (RFC 9112 5)";
  }
}

bool LlhttpReader::agrees_on(const RequestHead& head) const noexcept {
  const bool chunked = (llhttp_.flags & F_CHUNKED) != 0;
  switch (head.framing) {
    case BodyFraming::none:
      return message_complete_;
    case BodyFraming::length:
      return head.content_length == 0
                 ? message_complete_
                 : !message_complete_ && !chunked && llhttp_.content_length == head.content_length;
    case BodyFraming::chunked:
      return !message_complete_ && chunked;
  }
  return false;
}

bool LlhttpReader::agrees_on(BodyFraming framing, uint64_t content_length,
                             bool until_close) const noexcept {
  if (until_close) return !message_complete_ && (llhttp_.flags & F_CHUNKED) == 0;
  if (bodiless_ || (framing == BodyFraming::length && content_length == 0)) {
    return message_complete_;
  }
  if (message_complete_) return false;
  const bool chunked = (llhttp_.flags & F_CHUNKED) != 0;
  return framing == BodyFraming::chunked ? chunked
                                         : !chunked && llhttp_.content_length == content_length;
}

bool LlhttpReader::read_chunk_size(std::string_view digits, uint64_t& size) noexcept {
  chunk_begun_ = false;
  // Only the digits and the line's end: extensions have been checked and mean nothing to us.
  if (!feed(digits) || !feed("\r\n") || !chunk_begun_) return false;
  size = llhttp_.content_length;
  return true;
}

bool LlhttpReader::read_chunk_data(std::string_view data) noexcept {
  const uint64_t before = body_bytes_;
  return feed(data) && body_bytes_ - before == data.size();
}

bool LlhttpReader::read_chunk_end() noexcept { return feed("\r\n") && !message_complete_; }

bool LlhttpReader::read_trailers(std::string_view bytes, size_t field_count,
                                 std::vector<HeaderField>& fields) {
  fields.clear();
  fields.reserve(field_count);
  fields_ = &fields;
  const bool taken = feed(bytes);
  fields_ = nullptr;
  return taken && message_complete_ && fields_are_exact(bytes, fields);
}

}  // namespace svc
