#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "cmd/svcctl/commands.h"
#include "cmd/svcctl/project.h"
#include "cmd/svcctl/session.h"
#include "config/files.h"
#include "config/locate.h"
#include "core/base/json_writer.h"
#include "core/base/sys.h"

namespace svc {
namespace {

// Where CMake looks without being told (CMAKE_SYSTEM_PREFIX_PATH).
constexpr std::array<std::string_view, 4> kStandardPrefixes = {"/", "/usr", "/usr/local", "/opt"};

// The tree that this program belongs to, if find_package(svc) needs to be told.
Result<std::string> own_prefix() {
  SVC_TRY(const std::string programs, program_directory());
  std::string prefix = directory_of(programs);
  if (std::ranges::find(kStandardPrefixes, prefix) != kStandardPrefixes.end()) prefix.clear();
  return prefix;
}

void say_how_to_go_on(const Session& session, const std::string& name, const ProjectPlan& plan) {
  const Terminal& terminal = session.terminal();
  if (session.json()) {
    std::string out;
    JsonWriter json(out);
    json.object([&] {
      json.field("result", "made");
      json.field("folder", name);
      json.key("files");
      json.array([&] {
        for (const auto& file : plan.files) json.value(file.path);
      });
    });
    return terminal.line(out);
  }
  terminal.line(fmt::format("{} is there:", terminal.paint(Colour::bold, name + "/")));
  for (const auto& file : plan.files) terminal.line("  " + file.path);
  terminal.print(
      fmt::format("\nNow:\n"
                  "  cd {0}\n"
                  "  cmake -S . -B build && cmake --build build && ctest --test-dir build\n"
                  "  svcctl -c config/development.toml run --watch\n",
                  name));
}

}  // namespace

int run_new(const Session& session) {
  const std::string& name = session.invocation().argument;
  if (const auto good = check_project_name(name); !good) return session.fail(good.error());
  struct stat facts {};
  if (sys::lstat(name.c_str(), &facts) == 0)
    return session.fail(
        kFailed, fmt::format("./{} is there already: take another name, or remove it", name));
  const auto prefix = own_prefix();
  if (!prefix) return session.fail(prefix.error());
  const ProjectPlan plan = plan_project(name, *prefix);
  if (const auto written = write_project(name, plan); !written)
    return session.fail(written.error());
  say_how_to_go_on(session, name, plan);
  return kDone;
}

}  // namespace svc
