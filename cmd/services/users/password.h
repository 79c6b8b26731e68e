// password.h — passwords as argon2id hashes (RFC 9106): slow and memory-hard on purpose.
//
// Each hash takes its memory and tens of milliseconds of a CPU, so it belongs in the pool, whose
// number of threads bounds how many are made at once. The encoded hash carries its salt and its
// parameters: those may be raised later, and old hashes still verify.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace users {

// OWASP's password storage cheat sheet: 19 MiB, two passes, one lane.
struct PasswordCost {
  uint32_t memory_kib = 19'456;
  uint32_t passes = 2;
  uint32_t lanes = 1;
};

// Both block. Throw std::runtime_error when the memory isn't there, or a hash is none.
std::string hash_password(std::string_view password, const PasswordCost& cost);
bool verify_password(const std::string& hash, std::string_view password);

// `bytes` from the system's generator, as hexadecimal digits: salts, tokens.
std::string secret_hex(size_t bytes);

}  // namespace users
