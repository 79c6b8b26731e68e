// unit_user.h — whom a systemd unit runs a server as, and whether that user can read a file.
//
// Why: root puts modules where root can read them; the unit's user may not, and its reload fails.
// The unit's own files are read, as systemd.unit(5) says: `check` starts nothing and asks nobody.
//
// Process: svcctl, with one thread: it forks to become the user.
#pragma once

#include <string>
#include <string_view>

namespace svc {

// User= of the unit, "svcd@shop", as its template and their drop-ins say: the last one counts. ""
// if they name none. Files are looked for under `root`.
std::string user_of_unit(std::string_view unit, const std::string& root = "");

// Why `user` can't read the file: "Permission denied". "" if it can, and where that can't be tried:
// there is no such user, or we are not root.
std::string why_unreadable(const std::string& path, const std::string& user);

}  // namespace svc
