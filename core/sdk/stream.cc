#include "core/sdk/stream.h"

#include <stdexcept>

#include "core/loop/offload.h"
#include "core/sdk/problem.h"
#include "core/sdk/response.h"

namespace svc {

void Stream::before_begin(const char* what) const {
  if (begun_) throw std::logic_error(std::string(what) + " of a stream that has begun");
}

Stream& Stream::status(int code) {
  before_begin("the status");
  check_status(code);
  head_.status = code;
  return *this;
}

Stream& Stream::header(std::string_view name, std::string_view value) {
  before_begin("a header");
  head_.set(name, value);
  return *this;
}

Stream& Stream::length(uint64_t bytes) {
  before_begin("the length");
  length_ = bytes;
  return *this;
}

void Stream::write(std::string_view part) {
  OffloadPool::on_loop([&] {
    if (!begun_) {
      begun_ = true;
      exchange_.begin(std::move(head_), length_);
    }
    if (!part.empty()) exchange_.write(part);
  });
}

Stream& Stream::trailer(std::string name, std::string value) {
  ResponseHead().add(name, value);  // The same rules; throws here, where the mistake is.
  trailers_.emplace_back(std::move(name), std::move(value));
  return *this;
}

void Stream::finish() {
  write({});
  exchange_.finish(trailers_);
}

size_t BodyStream::read(std::span<char> buffer) {
  Result<size_t> got = 0;
  OffloadPool::on_loop([&] { got = exchange_.read(buffer); });
  if (got) return *got;
  if (got.error().code == std::errc::message_size) throw Problem(413, got.error().text);
  if (got.error().code == std::errc::timed_out) throw Problem(408, got.error().text);
  throw Problem(400, got.error().text);
}

}  // namespace svc
