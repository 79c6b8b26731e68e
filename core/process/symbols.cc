#include "core/process/symbols.h"

#include <cxxabi.h>
#include <elfutils/libdwfl.h>
#include <fmt/core.h>
#include <sys/stat.h>

#include <charconv>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

#include "core/base/fd.h"
#include "core/base/sys.h"

namespace svc {
namespace {

struct FreeDwfl {
  void operator()(Dwfl* dwfl) const noexcept { ::dwfl_end(dwfl); }
};
struct FreeText {
  void operator()(char* text) const noexcept { std::free(text); }
};

struct StackFrame {
  std::string path;
  uint64_t offset = 0;
};

std::optional<StackFrame> parse_frame(std::string_view text) {
  const size_t plus = text.rfind("+0x");
  if (plus == text.npos || plus == 0) return std::nullopt;
  StackFrame frame;
  frame.path = text.substr(0, plus);
  const std::string_view digits = text.substr(plus + 3);
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), frame.offset, 16);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return frame;
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') == path.npos ? 0 : path.rfind('/') + 1);
}

std::string demangled(const char* name) {
  int status = 0;
  const std::unique_ptr<char, FreeText> text(abi::__cxa_demangle(name, nullptr, nullptr, &status));
  return status == 0 && text ? text.get() : name;
}

// One ELF file, laid out at its own addresses.
class SymbolFile {
 public:
  SymbolFile(const std::string& path, Fd file) {
    static const Dwfl_Callbacks callbacks = {
        .find_elf = ::dwfl_build_id_find_elf,
        .find_debuginfo = ::dwfl_standard_find_debuginfo,
        .section_address = ::dwfl_offline_section_address,
        .debuginfo_path = nullptr,
    };
    struct stat facts {};
    if (!file || sys::fstat(file.get(), &facts) < 0 || !S_ISREG(facts.st_mode)) return;
    dwfl_.reset(::dwfl_begin(&callbacks));
    if (!dwfl_) return;
    ::dwfl_report_begin(dwfl_.get());
    const int fd = file.release();  // libdwfl's once it has taken the file.
    if (::dwfl_report_elf(dwfl_.get(), path.c_str(), path.c_str(), fd, 0, true) == nullptr)
      file.reset(fd);
    ::dwfl_report_end(dwfl_.get(), nullptr, nullptr);
  }

  // "name at file:line", as much of it as is known; empty if nothing is.
  std::string describe(uint64_t offset) const {
    Dwfl_Module* module = dwfl_ ? ::dwfl_addrmodule(dwfl_.get(), offset) : nullptr;
    if (module == nullptr) return {};
    const char* symbol = ::dwfl_module_addrname(module, offset);
    std::string text = symbol != nullptr ? demangled(symbol) : std::string();
    Dwfl_Line* line = ::dwfl_module_getsrc(module, offset);
    int number = 0;
    const char* file = line == nullptr
                           ? nullptr
                           : ::dwfl_lineinfo(line, nullptr, &number, nullptr, nullptr, nullptr);
    if (file != nullptr) text += fmt::format("{}at {}:{}", text.empty() ? "" : " ", file, number);
    return text;
  }

 private:
  std::unique_ptr<Dwfl, FreeDwfl> dwfl_;
};

class SymbolFiles {
 public:
  explicit SymbolFiles(const PinnedModule& module) : module_(module) {}

  std::string line_for(const std::string& text) {
    auto frame = parse_frame(text);
    if (!frame) return text;
    const bool pinned = frame->path.starts_with("/proc/self/fd/") && module_.descriptor >= 0;
    const std::string shown = pinned ? module_.path : frame->path;
    const std::string known = file(frame->path, pinned).describe(frame->offset);
    const std::string place = fmt::format("{}+0x{:x}", base_name(shown), frame->offset);
    return known.empty() ? place : fmt::format("{} ({})", known, place);
  }

 private:
  const SymbolFile& file(const std::string& path, bool pinned) {
    const auto known = files_.find(path);
    if (known != files_.end()) return known->second;
    Fd fd;
    if (pinned)
      fd = Fd(sys::dup_cloexec(module_.descriptor));
    else if (path.starts_with('/'))
      // Whatever a worker calls its code: a FIFO must not hold us up.
      fd = Fd(sys::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    const std::string& name = pinned ? module_.path : path;
    return files_.emplace(path, SymbolFile(name, std::move(fd))).first->second;
  }

  const PinnedModule& module_;
  std::map<std::string, SymbolFile> files_;
};

}  // namespace

void resolve_frames(const std::vector<std::string>& frames, const PinnedModule& module,
                    const std::function<void(std::string_view line)>& on_line) {
  ::unsetenv("DEBUGINFOD_URLS");  // libdw would ask the network.
  SymbolFiles files(module);
  for (const std::string& frame : frames) {
    std::string line = files.line_for(frame);
    for (char& c : line)
      if (c == '\n') c = ' ';
    on_line(std::string_view(line).substr(0, kSymbolLineMax));
  }
}

}  // namespace svc
