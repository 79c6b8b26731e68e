// wire.h — a resolved Config as text and back, for the pipe between a reload's child and the
// master.
//
// Why not TOML again: the master must not run a large parser on anything that comes from outside;
// this one is small and bounded, and checks every value against the table. One record a line,
// fields separated by tabs; in a field `\\`, `\t`, `\n`, `\r`, `\0` stand for what they say.
//
//   svcd-config 1
//   file      /etc/svcd/shop.toml
//   set       master.name               shop
//   service   users     /usr/lib/svcd/services/users.so
//   set       service.users.workers     2         8
//   origin    service.users.workers     1         shop.toml   12   11   …
//   end
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "config/config.h"
#include "core/base/result.h"

namespace svc {

inline constexpr size_t kSerializedMax = 4 * 1024 * 1024;
inline constexpr size_t kServicesMax = 64;

SVC_API std::string serialize(const Config& config);
// Errors: message_size beyond kSerializedMax, else invalid_argument with the line's number.
SVC_API Result<Config> deserialize(std::string_view text);

}  // namespace svc
