#include <fmt/core.h>

#include "config/emit.h"
#include "config/prose.h"
#include "config/schema.h"
#include "config/value.h"

namespace svc {
namespace {

constexpr std::string_view kHead = R"(.Dd November 21, 2026
.Dt SVCD.TOML 5
.Os svcd
.Sh NAME
.Nm svcd.toml
.Nd configuration of svcd
.Sh DESCRIPTION
A configuration is a file in TOML 1.0 and what that file extends.
.Xr svcd 8
reads it when it starts and at each reload;
.Ic svcctl check
reads it and starts nothing.
Whatever is wrong with it is reported at once, each error with file, line and
column; a configuration with an error in it is never used, not even in part.
.Ss Where a value comes from
Each of these wins over those before it:
.Bl -enum -compact
.It
the default,
.It
the files that
.Ic extends
names, in their order,
.It
the file itself,
.It
the environment: the setting
.Ql a.b.c
is the variable
.Ev SVC_A__B__C ,
with two underscores between the parts and
.Ql _
for a
.Ql -
in the name of a service;
.It
the command line:
.Fl -set Ar PATH=VALUE .
.El
.Pp
.Ic svcctl config show --origin
tells which one it was.
The environment is that of the master when it started; a reload sees no other.
Every variable whose name begins with
.Ev SVC_
must be a setting, except
.Ev SVC_FAULT ,
.Ev SVC_FAULT_COUNT
and
.Ev SVC_TEST_* ,
which are for tests, and those that Kubernetes makes for a service of its own.
A list is written with commas in a variable, or as in the file.
.Ss Texts
In every text of a file these are filled in:
.Bl -tag -width Ds
.It Ql ${VAR}
The variable.
It is an error if it isn't set.
.It Ql ${VAR:-text}
The variable, or the text if it isn't set or is empty.
.It Ql ${file:path}
What the file holds, without one line break at its end: for secrets, which
.Ic svcctl config show
then doesn't show.
.It Ql $$
A dollar, where one stands before
.Ql {
or
.Ql $ .
.El
.Pp
A text with such a thing in it may stand for a number, too.
What was filled in is not looked at again.
.Ss Kinds of values
.Bl -tag -width "duration"
.It duration
A text of numbers and units:
.Ql 250ms ,
.Ql 10s ,
.Ql 1h30m .
Only 0 needs no unit.
.It size
Bytes, as a number, or a text with a unit:
.Ql 64KiB
and
.Ql 1MiB
count by 1024,
.Ql 64kB
and
.Ql 1MB
by 1000.
.It path
Relative ones start at the directory of the file that they stand in; in a
variable or an argument, at the directory that
.Nm svcd
was started in.
.El
.Sh EXTENDING FILES
.Bl -tag -width Ds
.It Ic extends
)";

constexpr std::string_view kTail = R"(.Sh FILES
.Bl -tag -width Ds
.It Pa PREFIX/etc/svcd/NAME.toml , /etc/svcd/NAME.toml
What
.Fl -env Ar NAME
means where svcd is installed in
.Pa PREFIX .
In a source tree it is
.Pa config/environments/NAME.toml .
.It Pa PREFIX/lib/svcd/services
Where modules are looked up; in a build tree, the directory
.Pa services
beside
.Pa bin .
.It Pa /usr/local/lib/svcd/services
A host's own modules, looked up first where svcd is installed in
.Pa /usr .
.It Pa /etc/svcd/NAME.env
Variables of
.Ql svcd@NAME.service
.Pq Xr systemd.exec 5 , Cm EnvironmentFile ,
one
.Li NAME=value
a line: settings (SVC_...) and secrets that the file refers to.
.El
.Sh EXAMPLES
A base that all environments share, and one of them:
.Bd -literal -offset indent
# base.toml
[service.users]
module = "users.so"

# production.toml
extends = "base.toml"

[master]
user = "svcd"

[service.users]
listen = ["127.0.0.1:8001", "unix:/run/svcd/users.sock"]
workers = "auto"

[service.users.http]
body_max = "4MiB"

[service.users.options]
database = "${DATABASE:-sqlite:/var/lib/svcd/users.db}"
token = "${file:/run/secrets/token}"
.Ed
.Sh SEE ALSO
.Xr svcctl 1 ,
.Xr svc-signals 7 ,
.Xr svcd 8
.Pp
.Lk https://toml.io/en/v1.0.0 "TOML 1.0"
)";

constexpr size_t kLineMax = 80;  // What mandoc -T lint asks for; roff fills lines anyway.

// Text for roff: no line may begin with a control character, and a backslash is \e.
std::string escaped(std::string_view text) {
  std::string out;
  if (text.starts_with('.') || text.starts_with('\'')) out += "\\&";
  for (const char c : text) {
    if (c == '\\')
      out += "\\e";
    else
      out += c;
  }
  return out;
}

void print_prose(std::string& out, std::string_view prose) {
  for (const std::string& sentence : sentences(prose)) {
    for (const std::string& line : wrap(sentence, kLineMax)) out += escaped(line) + "\n";
  }
}

void print_setting(std::string& out, const Setting& setting) {
  out += fmt::format(".It Ic {}\n", setting.name);
  print_prose(out, setting.prose);
  out += ".br\n";
  std::string facts(kind_name(setting));
  if (const std::string allowed = allowed_text(setting); !allowed.empty()) facts += ": " + allowed;
  if (const std::string value = default_text(setting); !value.empty())
    facts += fmt::format("; default {}", value);
  // Plain text: a macro would take the quotes for its own.
  print_prose(out, fmt::format("({}).", facts));
  print_prose(out, change_text(setting.change));
}

}  // namespace

std::string config_manual() {
  std::string out(kHead);
  print_prose(out, kExtendsProse);
  out += ".El\n.Sh SETTINGS\n";
  for (const SectionRow& row : sections()) {
    // A bracket at the end of the line would count as punctuation.
    std::string title = section_title(row.section);
    title.replace(title.size() - 1, 1, "\\(rB");
    out += fmt::format(".Ss {}\n", title);
    print_prose(out, row.prose);
    out += ".Bl -tag -width Ds\n";
    for (const Setting& setting : settings_in(row.section)) print_setting(out, setting);
    out += ".El\n";
  }
  out += kTail;
  return out;
}

}  // namespace svc
