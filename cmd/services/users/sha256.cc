#include "cmd/services/users/sha256.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace users {
namespace {

[[noreturn]] void refuse_digest() {
  std::array<char, 256> reason{};  // What ERR_error_string_n asks for.
  ::ERR_error_string_n(::ERR_get_error(), reason.data(), reason.size());
  throw std::runtime_error(std::string("libcrypto: SHA-256: ") + reason.data());
}

}  // namespace

std::string sha256_hex(std::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (::EVP_Digest(data.data(), data.size(), digest.data(), &size, ::EVP_sha256(), nullptr) != 1)
    refuse_digest();
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += "0123456789abcdef"[digest[i] >> 4];
    hex += "0123456789abcdef"[digest[i] & 0xf];
  }
  return hex;
}

}  // namespace users
