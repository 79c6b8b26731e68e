#include "core/base/siphash.h"

#include <bit>
#include <cstring>

namespace svc {
namespace {

struct SipState {
  uint64_t a, b, c, d;

  void round() noexcept {
    a += b, b = std::rotl(b, 13) ^ a, a = std::rotl(a, 32);
    c += d, d = std::rotl(d, 16) ^ c;
    a += d, d = std::rotl(d, 21) ^ a;
    c += b, b = std::rotl(b, 17) ^ c, c = std::rotl(c, 32);
  }
  void take(uint64_t word) noexcept {
    d ^= word;
    round();
    round();
    a ^= word;
  }
};

uint64_t little_endian(uint64_t word) noexcept {
  return std::endian::native == std::endian::big ? __builtin_bswap64(word) : word;
}

}  // namespace

uint64_t siphash(const HashSeed& seed, std::string_view bytes) noexcept {
  SipState state{seed[0] ^ 0x736f6d6570736575, seed[1] ^ 0x646f72616e646f6d,
                 seed[0] ^ 0x6c7967656e657261, seed[1] ^ 0x7465646279746573};
  const uint64_t length = bytes.size();
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    uint64_t word;
    std::memcpy(&word, bytes.data(), 8);
    state.take(little_endian(word));
  }
  uint64_t last = length << 56;
  for (size_t i = 0; i < bytes.size(); ++i)
    last |= uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  state.take(last);
  state.c ^= 0xff;
  for (int i = 0; i < 4; ++i) state.round();
  return state.a ^ state.b ^ state.c ^ state.d;
}

}  // namespace svc
