// module_note.h — the ABI tag of a module, in an ELF note: written when it is compiled, read
// without running any of it.
//
//   Elf64_Nhdr   namesz 5, descsz sizeof(ModuleNoteContent), type 1       (elf(5), gABI "Note
//   Section") name         "svcd\0" and three bytes of padding desc         ModuleTag, name of the
//   service, NUL-padded
//
// Who reads: the worker before dlopen(3) (a module for another C++ library must not be run to find
// out), and svcctl check. A module is a file that somebody else made: nothing in it is trusted.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/api.h"
#include "core/base/result.h"
#include "core/sdk/module.h"

namespace svc {

inline constexpr uint32_t kModuleNoteType = 1;
inline constexpr size_t kServiceNameMax = 63;

struct ModuleNoteContent {
  ModuleTag tag;
  std::array<char, kServiceNameMax + 1> name;
};

struct ModuleNote {
  uint32_t name_size;
  uint32_t content_size;
  uint32_t type;
  char owner[8];
  ModuleNoteContent content;
};
static_assert(sizeof(ModuleNote) == 12 + 8 + sizeof(ModuleNoteContent), "no padding");
static_assert(sizeof(ModuleNoteContent) % 4 == 0, "notes are four-byte aligned");

template <size_t N>
consteval ModuleNote make_module_note(const char (&name)[N]) {
  static_assert(N - 1 <= kServiceNameMax, "svc: the name of a service has at most 63 characters");
  ModuleNote note{5, sizeof(ModuleNoteContent), kModuleNoteType, {'s', 'v', 'c', 'd'}, {}};
  note.content.tag = module_tag();
  for (size_t i = 0; i < N - 1; ++i) note.content.name[i] = name[i];
  return note;
}

struct ModuleDescription {
  ModuleTag tag;
  std::string name;
};

// Reads the note through `fd`, whose offset doesn't matter and isn't changed; `path` is for
// messages. Errors: what fstat(2), pread(2) say; invalid_argument with a sentence for what is no
// 64-bit ELF shared object of this machine, has no note (not a service module), or is malformed.
SVC_API Result<ModuleDescription> read_module_note(int fd, std::string_view path);
// The same for a file by name. Errors: open(2)'s too.
SVC_API Result<ModuleDescription> read_module_note(const std::string& path);

// "" if they agree, else the first field that doesn't: "it was built for SDK ABI 2, this is 1".
SVC_API std::string describe_mismatch(const ModuleTag& mine, const ModuleTag& theirs);

}  // namespace svc
