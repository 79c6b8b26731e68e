// inflate.h — the content codings gzip and deflate taken off, piece by piece (RFC 9110 8.4.1).
//
// Why bounded twice: a kilobyte of gzip can say a megabyte of zeros. Output is made in pieces of
// one buffer, as they are asked for, and a content that swells by more than a factor is refused, so
// that neither memory nor time is the sender's to decide. zlib stays behind inflate.cc.
//
// Thread: one.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace svc {

enum class ContentCoding : uint8_t { identity, gzip, deflate };

// Of a Content-Encoding field: gzip, x-gzip, deflate; identity for "" and "identity"; false for all
// else, several codings included.
bool read_content_coding(std::string_view value, ContentCoding& coding) noexcept;

class Inflater {
 public:
  Inflater() noexcept;
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // REQUIRES: not identity. False: there is no memory for it.
  bool start(ContentCoding coding, uint64_t ratio_max) noexcept;

  enum class State : uint8_t { more, bad, swollen };
  struct Step {
    State state = State::more;
    size_t consumed = 0;
    std::string_view data;  // Valid until the next call.
  };
  // Both empty: all that can be said about this input has been said. Several gzip members in a row
  // are one content (RFC 1952 2.2). "deflate" is taken with or without zlib's wrapping: senders
  // have never agreed.
  Step advance(std::string_view input) noexcept;
  bool complete() const noexcept;  // It may end here.

 private:
  struct Zlib;
  std::unique_ptr<Zlib> zlib_;
};

}  // namespace svc
