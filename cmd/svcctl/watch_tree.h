// watch_tree.h — which files of some folders change: inotify(7), with what it leaves to its users.
//
// A folder that appears is watched from then on, and what may have been put into it meanwhile
// counts as changed; a queue that has overflowed is told as a change of everything. One thread.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "core/base/fd.h"
#include "core/base/result.h"

namespace svc {

class WatchTree {
 public:
  static constexpr size_t kFoldersMax = 8192;

  // `skip`: folders (full paths) below those that are watched with all below them that are not.
  static Result<WatchTree> create(std::function<bool(const std::string&)> skip);

  // Watches the folder, and with `deep` all below it. Again is harmless. Errors: no such folder;
  // more than kFoldersMax of them; the user's own limit, with its name.
  Result<> add(const std::string& folder, bool deep);

  int descriptor() const noexcept { return inotify_.get(); }  // Readable: read().
  // Each file that has been written, made, moved or removed since, by its path; "" stands for any.
  // Doesn't wait.
  void read(const std::function<void(const std::string&)>& changed);

 private:
  struct Folder {
    std::string path;
    bool deep = false;
  };
  using Changed = std::function<void(const std::string&)>;

  Result<> add_below(const std::string& folder);
  void take(const void* event, const Changed& changed);
  void tell_files_of(const std::string& folder, const Changed& changed);

  Fd inotify_;
  std::function<bool(const std::string&)> skip_;
  std::map<int, Folder> folders_;  // By watch descriptor.
};

}  // namespace svc
