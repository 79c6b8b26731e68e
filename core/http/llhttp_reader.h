// llhttp_reader.h — llhttp's state and callbacks: the one place that knows llhttp.
//
// It is given whole sections of bytes that were found well-formed line by line before, and tells
// what llhttp made of them. What it tells is held against the bytes again (fields_are_exact), so
// that a reading of llhttp's own cannot slip in between: two readers must agree on each field and
// on each length, or the message is refused.
//
// Included by the parsers' .cc files only; nothing of llhttp leaves the folder.
#pragma once

#include <llhttp.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/http/message.h"

namespace svc {

class LlhttpReader {
 public:
  enum class Reads : uint8_t { requests, responses };
  explicit LlhttpReader(Reads reads = Reads::requests) noexcept;
  LlhttpReader(const LlhttpReader&) = delete;
  LlhttpReader& operator=(const LlhttpReader&) = delete;

  void reset() noexcept;

  // A whole head of `field_count` lines. `head` has its request line's parts; `fields` receives the
  // fields, values trimmed. False: llhttp refused it, or saw something else in it.
  bool read_head(std::string_view bytes, const RequestHead& head, size_t field_count,
                 std::vector<HeaderField>& fields);
  // The same for a response's head, whose fields begin at offset `fields_at`. `bodiless`: whatever
  // it says, nothing follows (RFC 9112 6.3, rule 1).
  bool read_response_head(std::string_view bytes, size_t fields_at, size_t field_count,
                          bool bodiless, std::vector<HeaderField>& fields);
  // What was wrong, after one of the two returned false.
  std::string_view fault() const noexcept;
  // After read_head: whether llhttp found this framing, too.
  bool agrees_on(const RequestHead& head) const noexcept;
  // The same after read_response_head; `until_close`: the body ends with the connection.
  bool agrees_on(BodyFraming framing, uint64_t content_length, bool until_close) const noexcept;

  // The digits of a chunk size; `size` receives the number.
  bool read_chunk_size(std::string_view digits, uint64_t& size) noexcept;
  bool read_chunk_data(std::string_view data) noexcept;
  bool read_chunk_end() noexcept;
  // A whole trailer section with its empty line: the end of the message.
  bool read_trailers(std::string_view bytes, size_t field_count, std::vector<HeaderField>& fields);

 private:
  struct Callbacks;
  bool feed(std::string_view bytes) noexcept;
  bool feed_without_tabs(std::string_view bytes);

  llhttp_t llhttp_;
  std::vector<HeaderField>* fields_ = nullptr;  // Where callbacks put fields; null: nowhere.
  std::string_view url_;
  bool bodiless_ = false;
  bool headers_complete_ = false;
  bool message_complete_ = false;
  bool chunk_begun_ = false;
  uint64_t body_bytes_ = 0;
};

}  // namespace svc
