// wire.h — a resolved Config as text and back, for the pipe between a reload's child and the
// master.
//
// Why not TOML again: the master must not run a large parser on anything that comes from outside;
// this one is small and bounded, and checks every value against the table. One record a line,
// fields separated by tabs; in a field `\\`, `\t`, `\n`, `\r`, `\0` stand for what they say.
//
//   svcd-config 1
//   file     REAL-PATH
//   files    REAL-PATH                    one a file that took part
//   service  NAME  MODULE-PATH
//   set      PATH  VALUE...               what has its default is left out
//   origin   PATH  KIND FILE LINE COLUMN SOURCE UNSHOWN
//   end
//
// A VALUE is a number, a text, `auto` or min and max, or fields in rows: address, mode, owner,
// group; name, text; key, type, text, file, line, column.
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
