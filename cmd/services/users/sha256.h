// sha256.h — SHA-256 (FIPS 180-4), by OpenSSL's libcrypto, for what is random already.
//
// Why: a session's token has 256 random bits, so a plain hash of it tells nothing to whoever reads
// the table of sessions. Passwords are guessable and need a slow hash: password.h.
#pragma once

#include <string>
#include <string_view>

namespace users {

// 64 lower-case hexadecimal digits. Throws std::runtime_error where libcrypto has no SHA-256 (a
// configuration of its own can take it away).
std::string sha256_hex(std::string_view data);

}  // namespace users
