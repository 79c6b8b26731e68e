#include "core/process/credentials.h"

#include <fmt/core.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <optional>

#include "core/base/sys.h"

namespace svc {
namespace {

constexpr size_t kRecordMax = 256 * 1024;  // A group with thousands of members.
constexpr int kGroupsMax = 65536;          // NGROUPS_MAX of Linux.

template <class Id>
std::optional<Id> as_number(const std::string& name) {
  Id id{};
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
  if (name.empty() || error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return id;
}

struct User {
  std::string name;
  uid_t id = 0;
  gid_t group = 0;
};

Result<User> user_record(const std::string& name) {
  std::vector<char> buffer(kRecordMax);
  passwd record{};
  passwd* found = nullptr;
  const auto number = as_number<uid_t>(name);
  const int error = number
                        ? ::getpwuid_r(*number, &record, buffer.data(), buffer.size(), &found)
                        : ::getpwnam_r(name.c_str(), &record, buffer.data(), buffer.size(), &found);
  if (found != nullptr) return User{found->pw_name, found->pw_uid, found->pw_gid};
  if (number) return User{"", *number, static_cast<gid_t>(*number)};  // Containers have such.
  if (error != 0 && error != ENOENT) return Error::from_code(error, "user " + name);
  return Error::invalid(fmt::format("no such user: \"{}\"", name));
}

Result<std::vector<gid_t>> supplementary_groups(const User& user, gid_t group) {
  if (user.name.empty()) return std::vector<gid_t>{group};
  int count = 64;
  std::vector<gid_t> groups(static_cast<size_t>(count));
  while (::getgrouplist(user.name.c_str(), group, groups.data(), &count) < 0) {
    if (count > kGroupsMax || static_cast<size_t>(count) <= groups.size())
      return Error::invalid("user " + user.name + ": too many groups");
    groups.resize(static_cast<size_t>(count));
  }
  groups.resize(static_cast<size_t>(count));
  return groups;
}

}  // namespace

Result<uid_t> find_user(const std::string& name) {
  SVC_TRY(const User user, user_record(name));
  return user.id;
}

Result<gid_t> find_group(const std::string& name) {
  if (const auto number = as_number<gid_t>(name)) return *number;
  std::vector<char> buffer(kRecordMax);
  group record{};
  group* found = nullptr;
  const int error = ::getgrnam_r(name.c_str(), &record, buffer.data(), buffer.size(), &found);
  if (found != nullptr) return found->gr_gid;
  if (error != 0 && error != ENOENT) return Error::from_code(error, "group " + name);
  return Error::invalid(fmt::format("no such group: \"{}\"", name));
}

Result<Credentials> resolve_credentials(const std::string& user, const std::string& group) {
  if (user.empty() && group.empty()) return Credentials{};
  if (user.empty()) return Error::invalid(fmt::format("group \"{}\" without a user", group));
  SVC_TRY(const User record, user_record(user));
  Credentials result;
  result.user = record.id;
  result.group = record.group;
  if (!group.empty()) {
    SVC_TRY(result.group, find_group(group));
  }
  if (::geteuid() != 0) {
    if (result.user == ::geteuid() && result.group == ::getegid()) return Credentials{};
    return Error::of(std::errc::operation_not_permitted,
                     fmt::format("workers can't run as user \"{}\": only root can change users; "
                                 "start svcd as root or leave user out",
                                 user));
  }
  SVC_TRY(result.groups, supplementary_groups(record, result.group));
  result.change = true;
  return result;
}

Result<> assume(const Credentials& wanted) {
  if (!wanted.change) {
    // What the master may do (a low port by CAP_NET_BIND_SERVICE, say) is not the services' right.
    if (::geteuid() != 0 && sys::drop_capabilities() < 0) return Error::from_errno("capset");
    return {};
  }
  // In this order: without the user's privileges the groups could not be changed any more.
  if (sys::setgroups(wanted.groups.size(), wanted.groups.data()) < 0)
    return Error::from_errno("setgroups");
  if (sys::setresgid(wanted.group, wanted.group, wanted.group) < 0)
    return Error::from_errno("setresgid");
  if (sys::setresuid(wanted.user, wanted.user, wanted.user) < 0)
    return Error::from_errno("setresuid");

  uid_t user = 0, user_effective = 0, user_saved = 0;
  gid_t group = 0, group_effective = 0, group_saved = 0;
  ::getresuid(&user, &user_effective, &user_saved);
  ::getresgid(&group, &group_effective, &group_saved);
  const bool right = user == wanted.user && user_effective == wanted.user &&
                     user_saved == wanted.user && group == wanted.group &&
                     group_effective == wanted.group && group_saved == wanted.group;
  if (!right || (wanted.user != 0 && sys::setresuid(0, 0, 0) == 0))
    return Error::of(std::errc::operation_not_permitted, "privileges were not dropped");
  return {};
}

}  // namespace svc
