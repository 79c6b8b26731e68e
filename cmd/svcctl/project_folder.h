// project_folder.h — where the sources of a configuration's services are, and what builds them.
#pragma once

#include <string>
#include <string_view>

namespace svc {

struct ProjectFolder {
  std::string root;           // Absolute; empty: no project was found.
  std::string build_command;  // For sh -c, in `root`; empty: nothing to build.
};

// Of the configuration file at `config_path`: its folder, or the nearest one above it, whose
// CMakeLists.txt says project(). The command builds root/build, or the one folder in it that has a
// CMakeCache.txt (a preset's); where there is none yet it makes root/build first. `build_command`,
// if there is one, is used as it is.
ProjectFolder find_project(const std::string& config_path, std::string_view build_command);

// A file whose change asks for a build: C and C++ sources and what CMake reads, by their names.
bool is_source_name(std::string_view name) noexcept;
// A folder in which no source is looked for: hidden, of a build, of npm.
bool is_foreign_folder(const std::string& path);

// 'it''s' → as one word of sh(1).
std::string shell_word(std::string_view text);

}  // namespace svc
