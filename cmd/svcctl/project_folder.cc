#include "cmd/svcctl/project_folder.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include "config/files.h"
#include "core/base/file.h"

namespace svc {
namespace {

constexpr size_t kCMakeListsMax = 1024 * 1024;

bool says_project(const std::string& folder) {
  const auto text = read_file(folder + "/CMakeLists.txt", kCMakeListsMax);
  if (!text) return false;
  std::string_view rest = *text;
  while (!rest.empty()) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (line.starts_with("project(") || line.starts_with("project (") ||
        line.starts_with("PROJECT("))
      return true;
  }
  return false;
}

std::string nearest_project(std::string folder) {
  while (!says_project(folder)) {
    if (folder == "/") return "";
    folder = directory_of(folder);
  }
  return folder;
}

// Empty: there is none yet, or several of which nobody knows which is meant.
std::string build_folder_in(const std::string& root) {
  const FileSource& disk = FileSource::disk();
  if (disk.is_file(root + "/build/CMakeCache.txt")) return "build";
  std::string found;
  std::error_code error;
  for (std::filesystem::directory_iterator at(root + "/build", error), end; !error && at != end;
       at.increment(error)) {
    if (!disk.is_file(at->path().string() + "/CMakeCache.txt")) continue;
    if (!found.empty()) return "";
    found = "build/" + at->path().filename().string();
  }
  return found;
}

}  // namespace

ProjectFolder find_project(const std::string& config_path, std::string_view build_command) {
  ProjectFolder project;
  const auto real = FileSource::disk().real_path(directory_of(config_path));
  if (!real) return project;
  project.root = nearest_project(*real);
  if (project.root.empty()) {
    if (!build_command.empty()) project.root = *real;
    project.build_command = build_command;
    return project;
  }
  if (!build_command.empty()) {
    project.build_command = build_command;
  } else if (const std::string folder = build_folder_in(project.root); !folder.empty()) {
    project.build_command = "cmake --build " + shell_word(folder);
  } else {
    project.build_command = "cmake -S . -B build && cmake --build build";
  }
  return project;
}

bool is_source_name(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 14> kEndings = {".c",   ".cc",  ".cpp", ".cxx",  ".h",
                                                         ".hh",  ".hpp", ".hxx", ".inc",  ".inl",
                                                         ".ipp", ".def", ".in",  ".cmake"};
  if (name.starts_with('.')) return false;
  if (name == "CMakeLists.txt" || name == "CMakePresets.json") return true;
  return std::ranges::any_of(kEndings, [&](std::string_view ending) {
    return name.size() > ending.size() && name.ends_with(ending);
  });
}

bool is_foreign_folder(const std::string& path) {
  const std::string name = file_name_of(path);
  if (name.starts_with('.') || name == "node_modules" || name == "CMakeFiles") return true;
  return FileSource::disk().is_file(path + "/CMakeCache.txt");
}

std::string shell_word(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out + "'";
}

}  // namespace svc
