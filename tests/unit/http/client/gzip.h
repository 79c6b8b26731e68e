// gzip.h — what upstreams that compress would send.
#pragma once

#include <zlib.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace svc::test {

inline constexpr int kGzipBits = 31;  // zlib's window bits, with its wrapping.
inline constexpr int kZlibBits = 15;
inline constexpr int kRawBits = -15;

inline std::string deflated(std::string_view text, int bits) {
  z_stream stream{};
  if (::deflateInit2(&stream, 9, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("deflateInit2");
  }
  std::string out(::deflateBound(&stream, text.size()), '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int did = ::deflate(&stream, Z_FINISH);
  out.resize(out.size() - stream.avail_out);
  ::deflateEnd(&stream);
  if (did != Z_STREAM_END) throw std::runtime_error("deflate");
  return out;
}

}  // namespace svc::test
