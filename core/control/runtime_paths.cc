#include "core/control/runtime_paths.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <map>

#include "config/load.h"
#include "core/base/fd.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/sys.h"

namespace svc {
namespace {

constexpr size_t kPointerMax = 16 * 1024;  // Three paths; PATH_MAX is 4,096.
constexpr std::string_view kPointerMagic = "svcd pointer 1";

std::string joined(std::string_view dir, std::string_view name) {
  return fmt::format("{}{}{}", dir, dir.ends_with('/') ? "" : "/", name);
}

// FNV-1a, 64 bits (Fowler, Noll, Vo): the same on every host and release, unlike std::hash.
uint64_t fnv1a(std::string_view text) noexcept {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

// A directory is ours to trust when root or we own it and nobody else can put files into it. A
// sticky one (/tmp) is fine as a parent: strangers can't replace what we made there.
Result<> check_dir(const std::string& dir) {
  struct stat facts {};
  if (sys::lstat(dir.c_str(), &facts) < 0) return Error::from_errno("runtime directory " + dir);
  if (S_ISLNK(facts.st_mode) && facts.st_uid == 0 && sys::stat(dir.c_str(), &facts) < 0)
    return Error::from_errno("runtime directory " + dir);
  if (!S_ISDIR(facts.st_mode))
    return Error::of(std::errc::not_a_directory,
                     fmt::format("runtime directory {}: not a directory", dir));
  if (facts.st_uid != 0 && facts.st_uid != ::geteuid() && ::geteuid() != 0)
    return Error::of(
        std::errc::permission_denied,
        fmt::format("runtime directory {}: belongs to user {}; run as that user, or set "
                    "[master] runtime_dir to a directory of your own",
                    dir, facts.st_uid));
  if ((facts.st_mode & S_IWOTH) != 0 && (facts.st_mode & S_ISVTX) == 0)
    return Error::of(
        std::errc::permission_denied,
        fmt::format("runtime directory {}: anybody may write to it; chmod o-w it", dir));
  return {};
}

Result<> make_dir(const std::string& dir) {
  if (sys::mkdir(dir.c_str(), 0755) < 0 && errno != EEXIST)
    return Error::from_errno("make runtime directory " + dir);
  return check_dir(dir);
}

// Whatever the umask: others see by a pointer that the server is not theirs, and not that none
// runs.
void open_to_all(const std::string& by_path) noexcept {
  const Fd dir(sys::open(by_path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat facts {};
  if (dir && sys::fstat(dir.get(), &facts) == 0 && facts.st_uid == ::geteuid())
    static_cast<void>(sys::fchmod(dir.get(), 0755));
}

// A line each: a path with a line break in it can't be announced, and is never found.
std::string encode(const MasterPointer& pointer) {
  return fmt::format("{}\n{}\n{}\n{}\n", kPointerMagic, pointer.config, pointer.name,
                     pointer.control);
}

std::optional<MasterPointer> decode(std::string_view text) {
  std::vector<std::string> lines;
  for (size_t end; (end = text.find('\n')) != text.npos; text.remove_prefix(end + 1))
    lines.emplace_back(text.substr(0, end));
  if (!text.empty() || lines.size() != 4 || lines[0] != kPointerMagic) return std::nullopt;
  return MasterPointer{lines[1], lines[2], lines[3]};
}

// The pointer at `path`; nullopt if there is no file.
Result<std::optional<MasterPointer>> read_one(const std::string& path) {
  const auto text = read_file(path, kPointerMax);
  if (!text) {
    const std::errc code = text.error().code;
    // Who keeps a directory to themselves has no server in it that we might ask. It is a guess,
    // too: that of the units must not keep others from servers of their own.
    if (code == std::errc::no_such_file_or_directory || code == std::errc::not_a_directory ||
        code == std::errc::permission_denied)
      return std::optional<MasterPointer>();
    return text.error();
  }
  auto pointer = decode(*text);
  if (!pointer) return Error::of(std::errc::protocol_error, path + ": not a pointer file");
  return pointer;
}

// Masters that were killed leave pointers behind. Those whose control socket is gone with its whole
// directory point nowhere; young ones may be of a master that hasn't made its socket yet.
void sweep(const std::string& by_path) noexcept {
  constexpr size_t kLookedAtMax = 1000;
  constexpr std::chrono::minutes kYoung{1};
  std::error_code error;
  std::filesystem::directory_iterator entry(by_path, error), end;
  for (size_t i = 0; !error && entry != end && i < kLookedAtMax; ++i, entry.increment(error)) {
    const std::string path = entry->path();
    struct stat facts {};
    const auto age = std::chrono::seconds(
        ::time(nullptr) - (sys::lstat(path.c_str(), &facts) < 0 ? 0 : facts.st_mtime));
    const auto pointer = read_one(path);
    if (!pointer || !*pointer || age < kYoung) continue;
    if (sys::lstat((*pointer)->control.c_str(), &facts) < 0 && errno == ENOENT)
      sys::unlink(path.c_str());
  }
}

Result<> write_one(std::string_view runtime_dir, const MasterPointer& pointer) {
  constexpr int kAttemptsMax = 3;  // Another master that ends may take the empty directory away.
  for (int attempt = 1;; ++attempt) {
    SVC_TRY_VOID(make_dir(std::string(runtime_dir)));
    SVC_TRY_VOID(make_dir(joined(runtime_dir, "by-path")));
    open_to_all(joined(runtime_dir, "by-path"));
    sweep(joined(runtime_dir, "by-path"));
    auto written = write_file(pointer_path(runtime_dir, pointer.config), encode(pointer));
    if (written || attempt == kAttemptsMax ||
        written.error().code != std::errc::no_such_file_or_directory)
      return written;
  }
}

void remove_one(std::string_view runtime_dir, const MasterPointer& pointer) noexcept {
  const std::string path = pointer_path(runtime_dir, pointer.config);
  const auto found = read_one(path);
  if (!found)
    log::warn("{} stays behind: {}; remove it", path, found.error().text);
  else if (*found && (*found)->control == pointer.control)
    remove_file(path);
  sys::rmdir(joined(runtime_dir, "by-path").c_str());  // If that was the last.
}

Result<std::optional<MasterPointer>> read_trusted(const std::string& dir,
                                                  std::string_view config_realpath) {
  SVC_TRY(auto pointer, read_one(pointer_path(dir, config_realpath)));
  if (pointer) {
    SVC_TRY_VOID(check_dir(dir));
    SVC_TRY_VOID(check_dir(joined(dir, "by-path")));
  }
  return pointer;
}

void add_once(std::vector<std::string>& dirs, std::string dir) {
  if (std::find(dirs.begin(), dirs.end(), dir) == dirs.end()) dirs.push_back(std::move(dir));
}

}  // namespace

RuntimePaths runtime_paths(std::string_view runtime_dir, std::string_view name) {
  const std::string dir = joined(runtime_dir, name);
  return {dir, dir + "/control", dir + "/pid", dir + "/orphan", dir + "/log"};
}

std::string pointer_path(std::string_view runtime_dir, std::string_view config_realpath) {
  return joined(runtime_dir, fmt::format("by-path/{:016x}", fnv1a(config_realpath)));
}

std::string default_runtime_dir() {
  std::map<std::string, std::string> environment;
  if (const char* xdg = std::getenv("XDG_RUNTIME_DIR")) environment["XDG_RUNTIME_DIR"] = xdg;
  return default_runtime_dir(environment, ::geteuid());
}

std::vector<std::string> runtime_dir_candidates(std::string_view wanted) {
  std::vector<std::string> dirs;
  if (!wanted.empty()) dirs.emplace_back(wanted);
  add_once(dirs, default_runtime_dir());
  // The master may have been started from a session with another environment than ours.
  add_once(dirs, fmt::format("/run/user/{}/svcd", ::geteuid()));
  // Anybody can make that of root, who has no use for it.
  if (::geteuid() != 0) add_once(dirs, fmt::format("/tmp/svcd-{}", ::geteuid()));
  add_once(dirs, "/run/svcd");
  return dirs;
}

Result<> make_runtime_dirs(std::string_view runtime_dir, std::string_view name) {
  SVC_TRY_VOID(make_dir(std::string(runtime_dir)));
  return make_dir(joined(runtime_dir, name));
}

void remove_runtime_dirs(std::string_view runtime_dir, std::string_view name) noexcept {
  sys::rmdir(joined(runtime_dir, name).c_str());
  sys::rmdir(joined(runtime_dir, "by-path").c_str());
}

Result<> write_pointer(std::string_view runtime_dir, const MasterPointer& pointer,
                       const std::string& usual) {
  SVC_TRY_VOID(write_one(runtime_dir, pointer));
  if (usual == runtime_dir) return {};
  // Only a convenience for the day on which the configuration can't be read: no reason to fail.
  if (auto also = write_one(usual, pointer); !also) return {};
  return {};
}

void remove_pointer(std::string_view runtime_dir, const MasterPointer& pointer,
                    const std::string& usual) noexcept {
  remove_one(runtime_dir, pointer);
  if (usual == runtime_dir) return;
  remove_one(usual, pointer);
  sys::rmdir(usual.c_str());  // Made for the pointer alone, perhaps.
}

Result<std::optional<MasterPointer>> read_pointer(const std::vector<std::string>& runtime_dirs,
                                                  std::string_view config_realpath) {
  // One bad directory among the guesses must not hide the master that another one knows of.
  std::optional<Error> trouble;
  for (const std::string& dir : runtime_dirs) {
    auto pointer = read_trusted(dir, config_realpath);
    if (!pointer) {
      if (!trouble) trouble = std::move(pointer).error();
    } else if (*pointer && (*pointer)->config == config_realpath) {
      return pointer;
    }
  }
  if (trouble) return std::move(*trouble);
  return std::optional<MasterPointer>();
}

}  // namespace svc
