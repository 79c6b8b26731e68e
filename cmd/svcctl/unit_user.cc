#include "cmd/svcctl/unit_user.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>

#include "core/base/file.h"
#include "core/base/sys.h"

namespace svc {
namespace {

namespace fs = std::filesystem;

constexpr size_t kUnitFileMax = 64 * 1024;
// A file of a later one hides those of its name in the others.
constexpr std::array kFolders = {"/usr/lib/systemd/system/", "/lib/systemd/system/",
                                 "/run/systemd/system/", "/etc/systemd/system/"};
constexpr int kNotTried = 255;  // An exit status that is no errno.

// The last User= of the text, if it has any.
void read_user(const std::string& path, std::string& user) {
  constexpr std::string_view kKey = "User=";
  const auto text = read_file(path, kUnitFileMax);
  if (!text) return;
  for (std::string_view rest = *text; !rest.empty();) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (line.ends_with(' ') || line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with(kKey)) user = line.substr(kKey.size());
  }
}

// Never returns. Supplementary groups count, as they do in the unit.
[[noreturn]] void open_as(const passwd& account, const char* path) {
  if (::initgroups(account.pw_name, account.pw_gid) < 0 ||
      sys::setresgid(account.pw_gid, account.pw_gid, account.pw_gid) < 0 ||
      sys::setresuid(account.pw_uid, account.pw_uid, account.pw_uid) < 0)
    ::_exit(kNotTried);
  ::_exit(sys::open(path, O_RDONLY | O_CLOEXEC) < 0 ? errno : 0);
}

}  // namespace

std::string user_of_unit(std::string_view unit, const std::string& root) {
  const std::string name = std::string(unit.substr(0, unit.find('@'))) + "@.service";
  std::string file;
  std::map<std::string, std::string> drop_ins;  // By the names by which they are ordered.
  for (const std::string& of : {name, std::string(unit) + ".service"})
    for (const char* folder : kFolders) {
      const std::string path = root + folder + of;
      std::error_code none;
      if (fs::exists(path, none)) file = path;
      for (const auto& entry : fs::directory_iterator(path + ".d", none))
        if (entry.path().extension() == ".conf") drop_ins[entry.path().filename()] = entry.path();
    }
  std::string user;
  read_user(file, user);
  for (const auto& [_, path] : drop_ins) read_user(path, user);
  return user;
}

std::string why_unreadable(const std::string& path, const std::string& user) {
  if (::geteuid() != 0 || user.empty()) return "";
  const passwd* const account = ::getpwnam(user.c_str());
  if (account == nullptr) return "";
  const pid_t child = sys::fork();
  if (child < 0) return "";
  if (child == 0) open_as(*account, path.c_str());
  int status = 0;
  if (sys::waitpid(child, &status, 0) < 0) return "";
  if (!WIFEXITED(status) || WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == kNotTried) return "";
  return std::strerror(WEXITSTATUS(status));
}

}  // namespace svc
