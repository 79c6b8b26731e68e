#include "core/http/client/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "core/base/check.h"
#include "core/http/chars.h"
#include "core/http/message.h"

namespace svc {
namespace {

constexpr size_t kOutput = 16 * 1024;
constexpr uint64_t kRatioFrom = 1024 * 1024;  // Below it any factor is harmless.
constexpr int kGzip = 15 + 16;                // zlib's window bits, with its wrapping.
constexpr int kZlib = 15;
constexpr int kRaw = -15;

// RFC 1950 2.2: method 8, a window of at most 32 KiB, and a check that is a multiple of 31.
bool is_zlib_header(uint8_t first, uint8_t second) noexcept {
  return (first & 0x0f) == 8 && (first >> 4) <= 7 && (first * 256 + second) % 31 == 0;
}

}  // namespace

struct Inflater::Zlib {
  z_stream stream{};
  bool ready = false;  // inflateInit2 has been called.
  ContentCoding coding = ContentCoding::identity;
  bool undecided = false;  // deflate: the first two bytes tell whether it is wrapped.
  bool has_first = false;
  uint8_t first = 0;
  bool ended = false;   // At the end of a member.
  bool nothing = true;  // No byte has come.
  uint64_t ratio_max = 0;
  uint64_t in = 0;
  uint64_t out = 0;
  std::array<char, kOutput> output;

  bool start(int bits) noexcept {
    const int did = ready ? ::inflateReset2(&stream, bits) : ::inflateInit2(&stream, bits);
    ready |= did == Z_OK;
    return did == Z_OK;
  }
  Step run(std::string_view input) noexcept;
  Step decide(std::string_view input) noexcept;
};

Inflater::Inflater() noexcept = default;

Inflater::~Inflater() {
  if (zlib_ && zlib_->ready) ::inflateEnd(&zlib_->stream);
}

bool read_content_coding(std::string_view value, ContentCoding& coding) noexcept {
  value = trim(value);
  coding = ContentCoding::identity;
  if (value.empty() || iequals(value, "identity")) return true;
  if (iequals(value, "gzip") || iequals(value, "x-gzip")) {
    coding = ContentCoding::gzip;
  } else if (iequals(value, "deflate")) {
    coding = ContentCoding::deflate;
  } else {
    return false;
  }
  return true;
}

bool Inflater::start(ContentCoding coding, uint64_t ratio_max) noexcept {
  SVC_CHECK(coding != ContentCoding::identity);
  if (!zlib_) zlib_.reset(new (std::nothrow) Zlib);
  if (!zlib_) return false;
  Zlib& z = *zlib_;
  z.coding = coding;
  z.undecided = coding == ContentCoding::deflate;
  z.has_first = z.ended = false;
  z.nothing = true;
  z.ratio_max = ratio_max;
  z.in = z.out = 0;
  return z.start(coding == ContentCoding::gzip ? kGzip : kZlib);
}

Inflater::Step Inflater::Zlib::run(std::string_view input) noexcept {
  // zlib's interface has no const.
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(input.data()));
  stream.avail_in = static_cast<uInt>(std::min<size_t>(input.size(), 1 << 20));
  const uInt given = stream.avail_in;
  stream.next_out = reinterpret_cast<Bytef*>(output.data());
  stream.avail_out = static_cast<uInt>(output.size());
  const int did = ::inflate(&stream, Z_NO_FLUSH);
  Step step;
  step.consumed = given - stream.avail_in;
  step.data = {output.data(), output.size() - stream.avail_out};
  in += step.consumed;
  out += step.data.size();
  ended = did == Z_STREAM_END;
  // Z_BUF_ERROR: nothing more can be done with this input.
  if (did != Z_OK && did != Z_STREAM_END && did != Z_BUF_ERROR) step.state = State::bad;
  if (out > kRatioFrom && out / std::max<uint64_t>(in, 1) > ratio_max) step.state = State::swollen;
  return step;
}

// A sender of "deflate" without zlib's wrapping is told by its first two bytes.
Inflater::Step Inflater::Zlib::decide(std::string_view input) noexcept {
  const auto byte = static_cast<uint8_t>(input.front());
  if (!has_first) {
    first = byte;
    has_first = true;
    if (input.size() == 1) return {State::more, 1, {}};
    input.remove_prefix(1);
    Step step = decide(input);
    ++step.consumed;
    return step;
  }
  undecided = false;
  if (!is_zlib_header(first, byte) && !start(kRaw)) return {State::bad, 0, {}};
  const char kept = static_cast<char>(first);
  Step step = run({&kept, 1});
  step.consumed = 0;  // It was used up before.
  if (step.state == State::more && step.data.empty()) {
    step = run(input);
  }
  return step;
}

Inflater::Step Inflater::advance(std::string_view input) noexcept {
  SVC_CHECK(zlib_ && zlib_->ready);
  Zlib& z = *zlib_;
  if (!input.empty()) z.nothing = false;
  if (z.ended) {
    if (input.empty()) return {};
    if (z.coding != ContentCoding::gzip || !z.start(kGzip)) return {State::bad, 0, {}};
    z.ended = false;
  }
  if (z.undecided) return input.empty() ? Step{} : z.decide(input);
  return z.run(input);
}

// An empty content has no coding to end: HEAD-like answers and Content-Length: 0 come so.
bool Inflater::complete() const noexcept { return zlib_->ended || zlib_->nothing; }

}  // namespace svc
