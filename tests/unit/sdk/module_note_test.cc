#include "core/sdk/module_note.h"

#include <elf.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>

#include "core/base/fd.h"
#include "core/sdk/service.h"

namespace svc {
namespace {

// A shared object of one PT_NOTE segment; the smallest file that has our note.
struct Image {
  Elf64_Ehdr header{};
  Elf64_Phdr segment{};
  Elf64_Nhdr other{4, 4, 3};
  char other_name[4] = {'G', 'N', 'U', 0};
  uint32_t other_content = 7;
  ModuleNote note = make_module_note("orders");

  Image() {
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_type = ET_DYN;
#if defined(__x86_64__)
    header.e_machine = EM_X86_64;
#elif defined(__aarch64__)
    header.e_machine = EM_AARCH64;
#endif
    header.e_phoff = offsetof(Image, segment);
    header.e_phentsize = sizeof(Elf64_Phdr);
    header.e_phnum = 1;
    segment.p_type = PT_NOTE;
    segment.p_offset = offsetof(Image, other);
    segment.p_filesz = sizeof(Image) - offsetof(Image, other);
  }
  std::string bytes() const { return {reinterpret_cast<const char*>(this), sizeof(*this)}; }
};

class TempFile {
 public:
  explicit TempFile(std::string_view bytes) : file_(std::tmpfile()) {
    std::fwrite(bytes.data(), 1, bytes.size(), file_);
    std::fflush(file_);
  }
  ~TempFile() { std::fclose(file_); }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  int get() const { return ::fileno(file_); }

 private:
  std::FILE* file_;
};

Result<ModuleDescription> read(std::string_view bytes) {
  const TempFile file(bytes);
  return read_module_note(file.get(), "x.so");
}

std::string error_of(std::string_view bytes) {
  const auto note = read(bytes);
  return note ? "none" : note.error().text;
}

TEST(ModuleNote, TagAndNameAreReadFromTheFile) {
  const auto note = read(Image().bytes());
  ASSERT_TRUE(note) << note.error().text;
  EXPECT_EQ(note->name, "orders");
  EXPECT_EQ(describe_mismatch(module_tag(), note->tag), "");
}

TEST(ModuleNote, OddCharactersOfTheNameAreNotPassedOn) {
  Image image;
  image.note.content.name = {'a', '\n', '\x1b', 'b'};
  EXPECT_EQ(read(image.bytes())->name, "a??b");
}

TEST(ModuleNote, WhatIsNoModuleIsSaidSo) {
  EXPECT_EQ(error_of(""), "x.so: it is no ELF file");
  EXPECT_EQ(error_of("#!/bin/sh\n"), "x.so: it is no ELF file");
  EXPECT_EQ(error_of(std::string(4096, 'x')), "x.so: it is no ELF file");
  Image image;
  image.header.e_type = ET_EXEC;
  EXPECT_EQ(error_of(image.bytes()), "x.so: it is no shared object");
  image = {};
  image.header.e_machine = EM_386;
  EXPECT_EQ(error_of(image.bytes()), "x.so: it is for another kind of machine");
  image = {};
  image.note.owner[0] = 'x';
  EXPECT_NE(error_of(image.bytes()).find("it is no service module"), std::string::npos);
  EXPECT_NE(read_module_note("/nonexistent.so").error().text.find("open /nonexistent.so: No such"),
            std::string::npos);
  EXPECT_NE(read_module_note("/dev").error().text, "");
}

TEST(ModuleNote, LyingSizesAreNotFollowed) {
  Image image;
  image.segment.p_filesz = UINT64_MAX;
  EXPECT_NE(error_of(image.bytes()), "none");
  image = {};
  image.segment.p_offset = UINT64_MAX - 8;
  EXPECT_NE(error_of(image.bytes()), "none");
  image = {};
  image.header.e_phoff = UINT64_MAX - 8;
  EXPECT_NE(error_of(image.bytes()), "none");
  image = {};
  image.header.e_phnum = 60'000;
  EXPECT_NE(error_of(image.bytes()), "none");
  image = {};
  image.other.n_namesz = UINT32_MAX;
  EXPECT_NE(error_of(image.bytes()), "none");
  image = {};
  image.other.n_descsz = UINT32_MAX - 3;
  EXPECT_NE(error_of(image.bytes()), "none");
}

// Every single-byte change and every length: an error or a note, and no step outside (ASan).
TEST(ModuleNote, DamagedFilesAreReadSafely) {
  const std::string good = Image().bytes();
  for (size_t size = 0; size < good.size(); size += 7)
    static_cast<void>(read(good.substr(0, size)));
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes = good;
    for (int n = 0; n < 3; ++n) bytes[random() % bytes.size()] = static_cast<char>(random());
    static_cast<void>(read(bytes));
  }
}

TEST(ModuleNote, MismatchNamesTheField) {
  const ModuleTag mine = module_tag();
  ModuleTag theirs = mine;
  theirs.sdk_abi = 9;
  EXPECT_NE(describe_mismatch(mine, theirs).find("SDK ABI 9"), std::string::npos);
  theirs = mine;
  theirs.cxx11_string ^= 1;
  EXPECT_NE(describe_mismatch(mine, theirs).find("_GLIBCXX_USE_CXX11_ABI"), std::string::npos);
  theirs = mine;
  theirs.glibcxx_debug ^= 1;
  EXPECT_NE(describe_mismatch(mine, theirs).find("_GLIBCXX_DEBUG"), std::string::npos);
  theirs = mine;
  theirs.sanitizer = mine.sanitizer == 2 ? 1 : 2;  // Only one of the two can be ours.
  EXPECT_NE(describe_mismatch(mine, theirs).find("ThreadSanitizer"), std::string::npos);
}

}  // namespace
}  // namespace svc

namespace {
void routes(svc::App&) {}
}  // namespace
SVC_SERVICE(unit_tests, routes)

namespace svc {
namespace {

TEST(ModuleNote, ServiceMacroExportsTheModule) {
  EXPECT_EQ(svc_module.magic, kModuleMagic);
  EXPECT_EQ(svc_module.size, sizeof(ModuleInfo));
  EXPECT_STREQ(svc_module.name, "unit_tests");
  EXPECT_EQ(svc_module.routes, &::routes);
}

// This program has the note too, as every file that is linked with SVC_SERVICE.
TEST(ModuleNote, CompilerAndLinkerPutTheNoteWhereItIsFound) {
  const auto note = read_module_note(std::string("/proc/self/exe"));
  ASSERT_TRUE(note) << note.error().text;
  EXPECT_EQ(note->name, "unit_tests");
}

}  // namespace
}  // namespace svc
