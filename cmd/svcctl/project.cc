#include "cmd/svcctl/project.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "core/base/file.h"
#include "core/base/sys.h"

namespace svc {
namespace {

// Targets that a build has anyway, or that svc_add_service makes; macros of gcc; svcd's own names.
constexpr std::array<std::string_view, 14> kTaken = {
    "all",  "build",   "cache", "clean",   "config", "dependencies", "edit_cache",
    "help", "install", "linux", "package", "svc",    "test",         "unix"};

bool is_word_char(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

std::string filled_in(std::string_view text, std::string_view name, std::string_view prefix) {
  constexpr std::string_view kName = "@NAME@";
  constexpr std::string_view kPrefix = "@PREFIX@";
  std::string out;
  for (size_t at = 0; at < text.size();) {
    if (text.substr(at).starts_with(kName)) {
      out += name;
      at += kName.size();
    } else if (text.substr(at).starts_with(kPrefix)) {
      out += prefix;
      at += kPrefix.size();
    } else {
      out += text[at++];
    }
  }
  return out;
}

// The folders on the way from `root` to a file, the outermost first.
std::vector<std::string> folders_of(const std::string& root, const ProjectPlan& plan) {
  std::vector<std::string> folders = {root};
  for (const auto& file : plan.files) {
    for (size_t slash = file.path.find('/'); slash != file.path.npos;
         slash = file.path.find('/', slash + 1)) {
      std::string folder = root + "/" + file.path.substr(0, slash);
      if (std::ranges::find(folders, folder) == folders.end()) folders.push_back(std::move(folder));
    }
  }
  return folders;
}

// Undoes what was begun, and nothing else: the folders are ours, and empty once our files are gone.
class Undo {
 public:
  Undo() = default;
  Undo(const Undo&) = delete;
  Undo& operator=(const Undo&) = delete;
  ~Undo() {
    for (const std::string& file : files) sys::unlink(file.c_str());
    for (auto folder = folders.rbegin(); folder != folders.rend(); ++folder)
      sys::rmdir(folder->c_str());
  }
  void keep() {
    files.clear();
    folders.clear();
  }
  std::vector<std::string> files;
  std::vector<std::string> folders;
};

}  // namespace

Result<> check_project_name(std::string_view name) {
  if (name.empty() || name.size() > kProjectNameMax || name[0] < 'a' || name[0] > 'z' ||
      !std::ranges::all_of(name, is_word_char))
    return Error::invalid(
        fmt::format("\"{}\" can't be a project's name: a small letter first, then small letters, "
                    "digits and '_', {} in all",
                    name, kProjectNameMax));
  if (std::ranges::find(kTaken, name) != kTaken.end())
    return Error::invalid(
        fmt::format("\"{0}\" can't be a project's name, something else is called that: try "
                    "{0}_service",
                    name));
  return {};
}

ProjectPlan plan_project(std::string_view name, std::string_view prefix) {
  ProjectPlan plan;
  for (const ProjectFile& file : project_templates())
    plan.files.push_back({filled_in(file.path, name, prefix), filled_in(file.text, name, prefix)});
  return plan;
}

Result<> write_project(const std::string& path, const ProjectPlan& plan) {
  Undo undo;
  for (const std::string& folder : folders_of(path, plan)) {
    if (sys::mkdir(folder.c_str(), 0777) < 0) return Error::from_errno("make the folder " + folder);
    undo.folders.push_back(folder);
  }
  for (const auto& file : plan.files) {
    const std::string full = path + "/" + file.path;
    undo.files.push_back(full);
    SVC_TRY_VOID(write_file(full, file.text));
  }
  undo.keep();
  return {};
}

}  // namespace svc
