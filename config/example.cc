#include <fmt/core.h>

#include <algorithm>

#include "config/emit.h"
#include "config/prose.h"
#include "config/schema.h"
#include "config/value.h"
#include "core/base/check.h"

namespace svc {
namespace {

constexpr size_t kWidth = 96;

// What to show for a setting that has no default. `active` ones stand there for real: without them
// the file would be refused.
struct Sample {
  std::string_view section, name, text;
  bool active = false;
};
constexpr Sample kSamples[] = {
    {"master", "name", R"("shop")"},
    {"master", "runtime_dir", R"("/run/svcd")"},
    {"master", "user", R"("svcd")"},
    {"master", "group", R"("svcd")"},
    {"service.*", "module", R"("example.so")", true},
    {"service.*", "builtin", R"("static")"},
    {"service.*", "listen", R"(["127.0.0.1:8080"])", true},
    {"service.*", "user", R"("www-data")"},
    {"service.*", "group", R"("www-data")"},
    {"service.*", "environment", R"({ TZ = "UTC" })"},
    {"service.*.proxy", "trusted", R"(["127.0.0.1", "unix:"])"},
    {"service.*.upstreams.*", "urls", R"(["http://127.0.0.1:8001"])", true},
    {"service.*.upstreams.*", "robots_agent", R"("examplebot")"},
    {"service.*", "shared_memory", R"({ sessions = "64MiB" })"},
    {"service.*", "access_log_target", R"("/var/log/svcd/access.log")"},
    {"service.*", "options", R"({ database = "sqlite:/var/lib/example.db" })"},
};

const Sample& sample_of(const Setting& setting) {
  const auto found = std::ranges::find_if(kSamples, [&](const Sample& sample) {
    return sample.section == setting.section && sample.name == setting.name;
  });
  SVC_CHECK(found != std::end(kSamples));  // emit_test prints every row.
  return *found;
}

void print_setting(std::string& out, const Setting& setting) {
  std::string note = fmt::format("({}", kind_name(setting));
  if (const std::string allowed = allowed_text(setting); !allowed.empty()) note += ": " + allowed;
  note += ")";
  for (const std::string& line : wrap(fmt::format("{} {}", setting.prose, note), kWidth))
    out += "# " + line + "\n";
  if (const std::string value = default_text(setting); !value.empty()) {
    out += fmt::format("{} = {}\n\n", setting.name, value);
    return;
  }
  const Sample& sample = sample_of(setting);
  out += fmt::format("{}{} = {}\n\n", sample.active ? "" : "#", setting.name, sample.text);
}

}  // namespace

std::string config_example() {
  std::string out =
      "# Every setting of svcd with its default. What is commented out has none of its own.\n"
      "# Copy what you change, nothing else: svcd.toml(5) tells how files build on each other.\n"
      "\n";
  for (const std::string& line : wrap(kExtendsProse, kWidth)) out += "# " + line + "\n";
  out += "#extends = \"base.toml\"\n";
  for (const SectionRow& row : sections()) {
    if (row.section == "service.*.listen") continue;  // Told in the prose of listen.
    std::string title = section_title(row.section);
    for (size_t name = 0; (name = title.find("NAME")) != title.npos;) {
      const bool upstream = std::string_view(title).substr(0, name).ends_with("upstreams.");
      title.replace(name, 4, upstream ? "prices" : "example");
    }
    out += '\n';
    for (const std::string& line : wrap(row.prose, kWidth)) out += "# " + line + "\n";
    out += title + "\n\n";
    for (const Setting& setting : settings_in(row.section)) print_setting(out, setting);
    out.pop_back();
  }
  return out;
}

}  // namespace svc
