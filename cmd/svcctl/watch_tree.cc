#include "cmd/svcctl/watch_tree.h"

#include <fmt/core.h>
#include <sys/inotify.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/base/sys.h"

namespace svc {
namespace {

constexpr uint32_t kEvents = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                             IN_ONLYDIR | IN_EXCL_UNLINK;

}  // namespace

Result<WatchTree> WatchTree::create(std::function<bool(const std::string&)> skip) {
  WatchTree tree;
  tree.inotify_ = Fd(sys::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!tree.inotify_) return Error::from_errno("inotify_init1");
  tree.skip_ = std::move(skip);
  return tree;
}

Result<> WatchTree::add(const std::string& folder, bool deep) {
  if (folders_.size() >= kFoldersMax)
    return Error::of(std::errc::too_many_files_open,
                     fmt::format("{}: more than {} folders to watch", folder, kFoldersMax));
  const int watch = sys::inotify_add_watch(inotify_.get(), folder.c_str(), kEvents);
  if (watch < 0 && errno == ENOSPC)
    return Error::from_errno("watch " + folder + " (fs.inotify.max_user_watches is too low)");
  if (watch < 0) return Error::from_errno("watch " + folder);
  Folder& known = folders_[watch];
  const bool deeper = deep && !known.deep;
  known = {folder, deep || known.deep};
  return deeper ? add_below(folder) : Result<>();
}

Result<> WatchTree::add_below(const std::string& folder) {
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (at->is_symlink(error) || !at->is_directory(error)) continue;
    const std::string below = at->path().string();
    if (skip_(below)) continue;
    const auto added = add(below, true);
    // One that has gone again is none.
    if (!added && added.error().code != std::errc::no_such_file_or_directory) return added;
  }
  return {};
}

void WatchTree::read(const Changed& changed) {
  alignas(inotify_event) std::array<char, 16 * 1024> buffer;
  for (;;) {
    const ssize_t size = sys::read(inotify_.get(), buffer.data(), buffer.size());
    if (size <= 0) return;
    for (ssize_t at = 0; at < size;) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
      take(event, changed);
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
    }
  }
}

void WatchTree::take(const void* what, const Changed& changed) {
  const auto& event = *static_cast<const inotify_event*>(what);
  if ((event.mask & IN_Q_OVERFLOW) != 0) return changed("");
  const auto found = folders_.find(event.wd);
  if (found == folders_.end()) return;
  if ((event.mask & IN_IGNORED) != 0) {
    folders_.erase(found);
    return;
  }
  if (event.len == 0) return;
  const std::string path = found->second.path + "/" + event.name;
  if ((event.mask & IN_ISDIR) == 0) {
    if ((event.mask & IN_CREATE) == 0) changed(path);  // Written is when it is closed.
    return;
  }
  if ((event.mask & (IN_CREATE | IN_MOVED_TO)) == 0 || !found->second.deep || skip_(path)) return;
  // What can't be watched is not worth an end.
  if (add(path, true)) tell_files_of(path, changed);
}

void WatchTree::tell_files_of(const std::string& folder, const Changed& changed) {
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (at->is_symlink(error)) continue;
    const std::string path = at->path().string();
    if (!at->is_directory(error))
      changed(path);
    else if (!skip_(path))
      tell_files_of(path, changed);
  }
}

}  // namespace svc
