// loaded_files.h — the files that a server runs: its configuration and its modules, and whether
// they are still what they were.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "config/load.h"

namespace svc {

class LoadedFiles {
 public:
  explicit LoadedFiles(std::string config_path) : paths_{std::move(config_path)} {}

  // Which files they are, by the configuration as it is now. One that can't be loaded changes
  // nothing: what is wrong is the reload's to tell.
  void look_up(const LoadRequest& request);
  bool contains(const std::string& path) const;
  std::vector<std::string> folders() const;

  void remember();      // The files as they are now.
  bool differ() const;  // From what was remembered.

 private:
  struct Stamp {
    dev_t device = 0;
    ino_t file = 0;
    off_t size = -1;  // There was none.
    int64_t changed_ns = 0;
    bool operator==(const Stamp&) const = default;
  };
  static Stamp stamp_of(const std::string& path);
  std::vector<Stamp> stamps() const;

  std::vector<std::string> paths_;
  std::vector<Stamp> remembered_;
};

}  // namespace svc
