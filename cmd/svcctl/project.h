// project.h — what `svcctl new` writes: the files of a small service, made of templates.
//
// The templates stand in cmd/svcctl/templates, as they are laid out in a project, and are compiled
// in (embed.cmake). In their paths and texts
//   @NAME@    is the project's name: its module, its [service.…], its folder;
//   @PREFIX@  is where the running svcctl's own tree is, or nothing where CMake looks anyway.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace svc {

struct ProjectFile {
  std::string_view path;
  std::string_view text;
};
// Of cmd/svcctl/templates, without their ".in".
std::span<const ProjectFile> project_templates() noexcept;

inline constexpr size_t kProjectNameMax = 32;

// Errors: one sentence that says what of the name can't be: it is a service's name, a CMake
// target, a program and a folder.
Result<> check_project_name(std::string_view name);

struct ProjectPlan {
  struct File {
    std::string path;  // Below the project's folder.
    std::string text;
  };
  std::vector<File> files;
};

// REQUIRES: check_project_name(name).
ProjectPlan plan_project(std::string_view name, std::string_view prefix);

// Makes the folder `path` and writes all of it; what was written is removed again if anything
// fails. Errors: file_exists for a path that is taken; what mkdir(2) and write_file() say.
Result<> write_project(const std::string& path, const ProjectPlan& plan);

}  // namespace svc
