#include "cmd/svcctl/loaded_files.h"

#include <algorithm>

#include "config/files.h"
#include "core/base/sys.h"

namespace svc {

void LoadedFiles::look_up(const LoadRequest& request) {
  const auto config = load(request);
  if (!config) return;
  std::vector<std::string> paths = config->files;
  for (const auto& [name, service] : config->services) {
    if (service.module_path.empty()) continue;
    // The folder's real path is what changes are told by; the file itself may be a link, or gone.
    const auto folder = FileSource::disk().real_path(directory_of(service.module_path));
    if (folder) paths.push_back(*folder + "/" + file_name_of(service.module_path));
  }
  paths_ = std::move(paths);
}

bool LoadedFiles::contains(const std::string& path) const {
  return std::ranges::find(paths_, path) != paths_.end();
}

std::vector<std::string> LoadedFiles::folders() const {
  std::vector<std::string> folders;
  for (const std::string& path : paths_) {
    std::string folder = directory_of(path);
    if (std::ranges::find(folders, folder) == folders.end()) folders.push_back(std::move(folder));
  }
  return folders;
}

LoadedFiles::Stamp LoadedFiles::stamp_of(const std::string& path) {
  struct stat facts {};
  if (sys::stat(path.c_str(), &facts) != 0) return {};
  return {facts.st_dev, facts.st_ino, facts.st_size,
          facts.st_mtim.tv_sec * 1'000'000'000 + facts.st_mtim.tv_nsec};
}

std::vector<LoadedFiles::Stamp> LoadedFiles::stamps() const {
  std::vector<Stamp> stamps;
  for (const std::string& path : paths_) stamps.push_back(stamp_of(path));
  return stamps;
}

void LoadedFiles::remember() { remembered_ = stamps(); }

bool LoadedFiles::differ() const { return stamps() != remembered_; }

}  // namespace svc
