#include "core/sdk/module_note.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <vector>

#include "core/base/fd.h"
#include "core/base/sys.h"

namespace svc {
namespace {

constexpr size_t kSegmentsMax = 1024;
constexpr size_t kNoteSegmentMax = 64 * 1024;

#if defined(__x86_64__)
constexpr Elf64_Half kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half kMachine = EM_AARCH64;
#elif defined(__riscv)
constexpr Elf64_Half kMachine = EM_RISCV;
#else
#error "name this machine's ELF number"
#endif

// A file of which any range may be missing.
class ElfFile {
 public:
  ElfFile(int fd, uint64_t size, std::string_view path) : fd_(fd), size_(size), path_(path) {}

  Result<> read(uint64_t offset, void* out, size_t size) const {
    if (offset > size_ || size > size_ - offset) return malformed("it is cut short");
    for (size_t done = 0; done < size;) {
      const ssize_t got = sys::pread(fd_, static_cast<char*>(out) + done, size - done,
                                     static_cast<off_t>(offset + done));
      if (got < 0) return Error::from_errno("read " + std::string(path_));
      if (got == 0) return malformed("it is cut short");
      done += static_cast<size_t>(got);
    }
    return {};
  }
  Error malformed(std::string_view why) const {
    return Error::invalid(std::string(path_) + ": " + std::string(why));
  }

 private:
  int fd_;
  uint64_t size_;
  std::string_view path_;
};

Result<Elf64_Ehdr> read_header(const ElfFile& file) {
  Elf64_Ehdr header{};
  if (!file.read(0, &header, sizeof(header)) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
    return file.malformed("it is no ELF file");
  }
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
      header.e_machine != kMachine) {
    return file.malformed("it is for another kind of machine");
  }
  if (header.e_type != ET_DYN) return file.malformed("it is no shared object");
  if (header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phnum > kSegmentsMax) {
    return file.malformed("its program headers are malformed");
  }
  return header;
}

size_t padded(uint64_t size) { return static_cast<size_t>((size + 3) & ~uint64_t{3}); }

// Looks for our note among those of one segment. Sizes come from the file: compared, never added
// to an address before.
std::optional<ModuleNoteContent> find_note(std::string_view notes) {
  while (notes.size() >= sizeof(Elf64_Nhdr)) {
    Elf64_Nhdr note{};
    std::memcpy(&note, notes.data(), sizeof(note));
    notes.remove_prefix(sizeof(note));
    const size_t name_size = padded(note.n_namesz);
    if (name_size > notes.size()) return std::nullopt;
    const std::string_view owner = notes.substr(0, note.n_namesz);
    notes.remove_prefix(name_size);
    const size_t content_size = padded(note.n_descsz);
    if (content_size > notes.size()) return std::nullopt;
    if (owner == std::string_view("svcd", 5) && note.n_type == kModuleNoteType &&
        note.n_descsz >= sizeof(ModuleTag)) {
      ModuleNoteContent content{};
      std::memcpy(&content, notes.data(), std::min(sizeof(content), size_t{note.n_descsz}));
      return content;
    }
    notes.remove_prefix(content_size);
  }
  return std::nullopt;
}

// The name goes into messages: what is odd in it doesn't.
std::string clean_name(const std::array<char, kServiceNameMax + 1>& raw) {
  std::string name;
  for (const char c : raw) {
    if (c == '\0') break;
    name += c > ' ' && c < 0x7f ? c : '?';
  }
  return name;
}

template <class Field>
std::string differ(std::string_view what, Field mine, Field theirs) {
  return "it was built with " + std::string(what) + ' ' + std::to_string(+theirs) +
         ", this program with " + std::to_string(+mine);
}

std::string_view sanitizer_name(uint8_t sanitizer) {
  constexpr std::string_view kNames[] = {"no sanitizer", "AddressSanitizer", "ThreadSanitizer",
                                         "MemorySanitizer"};
  return sanitizer < std::size(kNames) ? kNames[sanitizer] : "an unknown sanitizer";
}

}  // namespace

Result<ModuleDescription> read_module_note(int fd, std::string_view path) {
  struct stat status {};
  if (sys::fstat(fd, &status) < 0) return Error::from_errno("fstat " + std::string(path));
  if (!S_ISREG(status.st_mode)) {
    return Error::invalid(std::string(path) + ": it is no regular file");
  }
  const ElfFile file(fd, static_cast<uint64_t>(status.st_size), path);
  SVC_TRY(const Elf64_Ehdr header, read_header(file));
  for (uint64_t i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment{};
    // phoff is the file's word: an offset that wraps around is "cut short" for read().
    const uint64_t offset = header.e_phoff + i * sizeof(segment);
    if (offset < header.e_phoff) return file.malformed("its program headers are malformed");
    SVC_TRY_VOID(file.read(offset, &segment, sizeof(segment)));
    if (segment.p_type != PT_NOTE || segment.p_filesz > kNoteSegmentMax) continue;
    std::vector<char> notes(static_cast<size_t>(segment.p_filesz));
    SVC_TRY_VOID(file.read(segment.p_offset, notes.data(), notes.size()));
    if (const auto content = find_note({notes.data(), notes.size()})) {
      return ModuleDescription{content->tag, clean_name(content->name)};
    }
  }
  return file.malformed("it is no service module (SVC_SERVICE leaves a note, and it has none)");
}

Result<ModuleDescription> read_module_note(const std::string& path) {
  // O_NONBLOCK: a FIFO that lies there must not stop us.
  const Fd file(sys::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return Error::from_errno("open " + path);
  return read_module_note(file.get(), path);
}

std::string describe_mismatch(const ModuleTag& mine, const ModuleTag& theirs) {
  if (mine.sdk_abi != theirs.sdk_abi) return differ("SDK ABI", mine.sdk_abi, theirs.sdk_abi);
  if (mine.cxx11_string != theirs.cxx11_string) {
    return differ("_GLIBCXX_USE_CXX11_ABI", mine.cxx11_string, theirs.cxx11_string);
  }
  if (mine.glibcxx_debug != theirs.glibcxx_debug) {
    return differ("_GLIBCXX_DEBUG", mine.glibcxx_debug, theirs.glibcxx_debug);
  }
  if (mine.sanitizer != theirs.sanitizer) {
    return "it was built with " + std::string(sanitizer_name(theirs.sanitizer)) +
           ", this program with " + std::string(sanitizer_name(mine.sanitizer));
  }
  return {};
}

}  // namespace svc
