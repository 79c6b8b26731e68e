#include "cmd/services/users/password.h"

#include <argon2.h>

#include <array>
#include <stdexcept>
#include <vector>

#include "core/base/result.h"
#include "core/base/sys.h"

namespace users {
namespace {

constexpr size_t kSaltBytes = 16;
constexpr size_t kHashBytes = 32;

void fill_random(std::vector<unsigned char>& bytes) {
  // Up to 256 bytes come whole, or not at all (getrandom(2)).
  if (svc::sys::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw std::runtime_error(svc::Error::from_errno("getrandom").text);
}

[[noreturn]] void fail(int code) {
  throw std::runtime_error(std::string("argon2: ") + argon2_error_message(code));
}

}  // namespace

std::string hash_password(std::string_view password, const PasswordCost& cost) {
  std::vector<unsigned char> salt(kSaltBytes);
  fill_random(salt);
  std::string encoded(argon2_encodedlen(cost.passes, cost.memory_kib, cost.lanes, kSaltBytes,
                                        kHashBytes, Argon2_id),
                      '\0');
  const int code = argon2id_hash_encoded(cost.passes, cost.memory_kib, cost.lanes, password.data(),
                                         password.size(), salt.data(), salt.size(), kHashBytes,
                                         encoded.data(), encoded.size());
  if (code != ARGON2_OK) fail(code);
  encoded.resize(encoded.find('\0'));
  return encoded;
}

bool verify_password(const std::string& hash, std::string_view password) {
  const int code = argon2id_verify(hash.c_str(), password.data(), password.size());
  if (code == ARGON2_OK) return true;
  if (code == ARGON2_VERIFY_MISMATCH) return false;
  fail(code);
}

std::string secret_hex(size_t bytes) {
  std::vector<unsigned char> random(bytes);
  fill_random(random);
  std::string hex;
  for (const unsigned char byte : random) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 0xf];
  }
  return hex;
}

}  // namespace users
