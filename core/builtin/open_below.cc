#include "core/builtin/open_below.h"

#include <fcntl.h>
#include <linux/openat2.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <deque>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/sys.h"

namespace svc {
namespace {

constexpr int kNameFlags = O_PATH | O_CLOEXEC;
constexpr int kLinksMax = 40;  // The kernel's own bound, path_resolution(7).

Error failed(int number, const std::string& path) { return Error::from_code(number, path); }

void put_first(std::deque<std::string>& steps, std::string_view path) {
  std::vector<std::string> own;
  while (!path.empty()) {
    const std::string_view step = path.substr(0, path.find('/'));
    if (!step.empty() && step != ".") own.emplace_back(step);
    path.remove_prefix(std::min(step.size() + 1, path.size()));
  }
  steps.insert(steps.begin(), own.begin(), own.end());
}

// Where a symbolic link, open as a name, leads to.
Result<std::string> target_of(const Fd& link, const std::string& path) {
  std::array<char, PATH_MAX> target;
  const ssize_t size = sys::readlinkat(link.get(), "", target.data(), target.size());
  if (size < 0) return Error::from_errno(path);
  return std::string(target.data(), static_cast<size_t>(size));
}

Result<Fd> name_below(int root, const std::string& relative, Symlinks symlinks) {
  const char* path = relative.empty() ? "." : relative.c_str();
  uint64_t resolve = RESOLVE_NO_MAGICLINKS;
  if (symlinks != Symlinks::anywhere) resolve |= RESOLVE_BENEATH;
  if (symlinks == Symlinks::never) resolve |= RESOLVE_NO_SYMLINKS;
  Fd name(sys::openat2(root, path, kNameFlags, resolve));
  // A seccomp filter that is older than the call answers EPERM, which opening a name never is.
  if (name || (errno != ENOSYS && errno != EPERM)) {
    if (!name) return Error::from_errno(relative);
    return name;
  }
  if (symlinks != Symlinks::anywhere)
    return walk_below(root, relative, symlinks == Symlinks::inside);
  name = Fd(sys::openat(root, path, kNameFlags));
  if (!name) return Error::from_errno(relative);
  return name;
}

}  // namespace

Result<Fd> walk_below(int root, const std::string& relative, bool follow) {
  std::deque<std::string> steps;
  put_first(steps, relative);
  std::vector<Fd> way;  // From below the root to where we are: ".." goes back on it, no further.
  int links = 0;
  while (!steps.empty()) {
    const std::string step = std::move(steps.front());
    steps.pop_front();
    if (step == "..") {
      if (way.empty()) return failed(EXDEV, relative);
      way.pop_back();
      continue;
    }
    const int here = way.empty() ? root : way.back().get();
    Fd next(sys::openat(here, step.c_str(), kNameFlags | O_NOFOLLOW));
    struct stat facts {};
    if (!next || sys::fstat(next.get(), &facts) != 0) return Error::from_errno(relative);
    if (!S_ISLNK(facts.st_mode)) {
      if (!steps.empty() && !S_ISDIR(facts.st_mode)) return failed(ENOTDIR, relative);
      way.push_back(std::move(next));
      continue;
    }
    if (!follow || ++links > kLinksMax) return failed(ELOOP, relative);
    SVC_TRY(const std::string target, target_of(next, relative));
    if (target.starts_with('/')) return failed(EXDEV, relative);
    put_first(steps, target);
  }
  if (!way.empty()) return std::move(way.back());
  Fd itself(sys::dup_cloexec(root));
  if (!itself) return Error::from_errno(relative);
  return itself;
}

Result<Found> find_below(int root, const std::string& relative, Symlinks symlinks) {
  Found found;
  SVC_TRY(found.name, name_below(root, relative, symlinks));
  if (sys::fstat(found.name.get(), &found.facts) != 0) return Error::from_errno(relative);
  return found;
}

Result<Fd> open_found(const Found& found) {
  const std::string path = "/proc/self/fd/" + std::to_string(found.name.get());
  Fd file(sys::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file) return Error::from_errno("open a file of the folder");
  return file;
}

}  // namespace svc
