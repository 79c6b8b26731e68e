#include <gtest/gtest.h>

#include "cmd/services/users/password.h"
#include "cmd/services/users/sessions.h"
#include "cmd/services/users/sha256.h"

namespace users {
namespace {

constexpr PasswordCost kCheap = {.memory_kib = 8, .passes = 1, .lanes = 1};

// FIPS 180-4 and NIST's example values; lengths around a block's end.
TEST(Sha256, AgreesWithTheStandard) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  EXPECT_EQ(sha256_hex(std::string(64, 'a')),
            "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
}

TEST(Password, IsAnArgon2idHashWithOwaspsParameters) {
  const std::string hash = hash_password("secret", {});
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << hash;
  EXPECT_TRUE(verify_password(hash, "secret"));
}

TEST(Password, IsRightOrWrongAsAWhole) {
  const std::string password("a\xc3\xb1 b", 5);
  const std::string hash = hash_password(password, kCheap);
  EXPECT_TRUE(verify_password(hash, password));
  EXPECT_FALSE(verify_password(hash, "a"));
  EXPECT_FALSE(verify_password(hash, password + "x"));
  EXPECT_FALSE(verify_password(hash, ""));
  EXPECT_NE(hash_password(password, kCheap), hash) << "each has a salt of its own";
}

TEST(Password, OldParametersStillVerify) {
  const std::string hash = hash_password("x", {.memory_kib = 64, .passes = 3, .lanes = 2});
  EXPECT_TRUE(verify_password(hash, "x"));
}

TEST(Password, WhatIsNoHashIsNoMatch) {
  EXPECT_THROW(verify_password("nonsense", "x"), std::runtime_error);
}

TEST(BearerToken, IsWhatStandsBehindTheScheme) {
  EXPECT_EQ(bearer_token("Bearer abc"), "abc");
  EXPECT_EQ(bearer_token("bearer  abc"), "abc");
  for (const auto* field : {"", "Bearer", "Bearer ", "Bearer   ", "Basic abc", "Bearerabc"})
    EXPECT_EQ(bearer_token(field), std::nullopt) << field;
}

}  // namespace
}  // namespace users
