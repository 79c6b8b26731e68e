#include "config/locate.h"

#include <fmt/core.h>

#include <algorithm>
#include <climits>
#include <filesystem>
#include <system_error>

#include "core/base/suggest.h"
#include "core/base/sys.h"

namespace svc {
namespace {

bool is_environment_name(std::string_view name) {
  return !name.empty() && name.front() != '.' && name.find('/') == name.npos &&
         name.find('\0') == name.npos;
}

}  // namespace

Result<std::string> program_directory() {
  char path[PATH_MAX];
  const ssize_t size = sys::readlink("/proc/self/exe", path, sizeof(path));
  if (size < 0) return Error::from_errno("readlink /proc/self/exe");
  // A binary that was replaced while it runs reads "PATH (deleted)"; the directory is the same.
  return directory_of(std::string(path, static_cast<size_t>(size)));
}

std::vector<std::string> environment_dirs(const std::string& program_directory,
                                          const FileSource& files) {
  if (files.is_file(join_path(program_directory, "../CMakeCache.txt")))
    return {join_path(program_directory, "../../../config/environments")};
  std::vector<std::string> directories = {join_path(program_directory, "../etc/svcd")};
  if (directories.front() != "/etc/svcd") directories.emplace_back("/etc/svcd");
  return directories;
}

std::vector<std::string> module_dirs(const std::string& program_directory) {
  if (program_directory == "/usr/bin")
    return {"/usr/local/lib/svcd/services", "/usr/lib/svcd/services"};
  return {join_path(program_directory, "../services"),
          join_path(program_directory, "../lib/svcd/services")};
}

Result<std::string> find_environment(std::string_view name) {
  SVC_TRY(const std::string program, program_directory());
  return find_environment(name, environment_dirs(program, FileSource::disk()));
}

Result<std::vector<std::string>> environment_paths(std::string_view name) {
  SVC_TRY(const std::string program, program_directory());
  return environment_paths(name, environment_dirs(program, FileSource::disk()));
}

Result<std::vector<std::string>> environment_paths(std::string_view name,
                                                   const std::vector<std::string>& directories) {
  if (!is_environment_name(name))
    return Error::invalid(fmt::format(
        "\"{}\" is no environment's name: a file's name without its directory and \".toml\"",
        name));
  std::vector<std::string> paths;
  for (const std::string& directory : directories)
    paths.push_back(fmt::format("{}/{}.toml", directory, name));
  return paths;
}

Result<std::string> find_environment(std::string_view name,
                                     const std::vector<std::string>& directories) {
  SVC_TRY(const auto paths, environment_paths(name, directories));
  std::string searched;
  for (const std::string& path : paths) {
    if (FileSource::disk().is_file(path)) return path;
    searched += (searched.empty() ? "" : " or ") + path;
  }
  const auto known = environments(directories);
  const std::vector<std::string_view> views(known.begin(), known.end());
  const auto near = suggest(name, views);
  return Error::of(std::errc::no_such_file_or_directory,
                   fmt::format("there is no environment \"{}\": no {}{}", name, searched,
                               near ? fmt::format("; did you mean \"{}\"?", *near) : ""));
}

std::vector<std::string> environments(const std::vector<std::string>& directories) {
  std::vector<std::string> names;
  for (const std::string& directory : directories) {
    std::error_code error;
    for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;
         at.increment(error))
      if (at->path().extension() == ".toml") names.push_back(at->path().stem().string());
  }
  std::ranges::sort(names);
  const auto rest = std::ranges::unique(names);
  names.erase(rest.begin(), rest.end());
  return names;
}

}  // namespace svc
