#include "core/base/process_title.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace svc {
namespace {

struct Place {
  std::span<char> room;              // Arguments and environment, one behind the other.
  std::vector<std::string> strings;  // The environment's new home.
  std::vector<char*> pointers;
};

// Never freed: `environ` points into it until the process ends.
Place& place() {
  static auto* const kept = new Place;
  return *kept;
}

// The end of the strings that lie without a gap from `end` on.
char* follow(char* end, char** strings) {
  for (; *strings != nullptr && *strings == end; ++strings) end += std::strlen(end) + 1;
  return end;
}

void move_environment(Place& kept) {
  for (char** variable = environ; *variable != nullptr; ++variable)
    kept.strings.emplace_back(*variable);
  for (std::string& text : kept.strings) kept.pointers.push_back(text.data());
  kept.pointers.push_back(nullptr);
  environ = kept.pointers.data();
}

}  // namespace

void keep_process_title(int argc, char** argv) {
  if (argc < 1 || argv[0] == nullptr || !place().room.empty()) return;
  char* const start = argv[0];
  char* const end = follow(follow(start, argv), environ);
  move_environment(place());
  place().room = {start, end};
  // glibc keeps pointers to the name in argv[0]; error(3) and assert(3) print it.
  static std::string name;
  name = program_invocation_name;
  program_invocation_name = name.data();
  const size_t slash = name.rfind('/');
  program_invocation_short_name = name.data() + (slash == std::string::npos ? 0 : slash + 1);
}

void set_process_title(std::string_view title) noexcept {
  const std::span<char> room = place().room;
  if (room.size() < 2) return;
  const size_t length = std::min(title.size(), room.size() - 1);
  std::memcpy(room.data(), title.data(), length);
  // All the rest, or the kernel shows what is left of the old arguments behind the new title.
  std::memset(room.data() + length, 0, room.size() - length);
}

}  // namespace svc
