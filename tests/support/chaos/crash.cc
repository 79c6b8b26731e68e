#include <sys/mman.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>

#include "tests/support/chaos/chaos.h"

namespace chaos {
namespace {

constexpr std::pair<std::string_view, int> kSignals[] = {
    {"ABRT", SIGABRT}, {"ALRM", SIGALRM}, {"BUS", SIGBUS},   {"FPE", SIGFPE},   {"HUP", SIGHUP},
    {"ILL", SIGILL},   {"INT", SIGINT},   {"KILL", SIGKILL}, {"PIPE", SIGPIPE}, {"QUIT", SIGQUIT},
    {"SEGV", SIGSEGV}, {"SYS", SIGSYS},   {"TERM", SIGTERM}, {"TRAP", SIGTRAP}, {"USR1", SIGUSR1},
    {"USR2", SIGUSR2}, {"XCPU", SIGXCPU}, {"XFSZ", SIGXFSZ},
};

std::optional<int> signal_of(std::string_view text) {
  if (text.starts_with("SIG")) text.remove_prefix(3);
  for (const auto& [name, number] : kSignals) {
    if (name == text) return number;
  }
  int number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool valid = read.ec == std::errc() && read.ptr == text.data() + text.size() &&
                     number > 0 && number <= SIGRTMAX;
  return valid ? std::optional(number) : std::nullopt;
}

// A page that may not be written. Not a null pointer: what a compiler knows to be undefined it may
// leave out.
void segmentation_fault() {
  void* const page = ::mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *static_cast<volatile char*>(page) = 1;
}

// A page of a mapping that has no file behind it.
void bus_error() {
  std::FILE* const empty = std::tmpfile();
  void* const page = ::mmap(nullptr, 4096, PROT_READ, MAP_SHARED, ::fileno(empty), 0);
  [[maybe_unused]] volatile char byte = *static_cast<volatile char*>(page);
}

}  // namespace

// The sanitizers would report these as what they are; the process is to meet them.
#if defined(__clang__)
__attribute__((no_sanitize("address", "undefined")))
#else
__attribute__((no_sanitize("address"), no_sanitize("undefined")))
#endif
void crash(const std::string& name) {
  const auto signal = signal_of(name);
  if (!signal) throw svc::Problem(422, "there is no signal of that name");
  volatile int zero = 0;
  switch (*signal) {
    case SIGSEGV:
      return segmentation_fault();
    case SIGFPE:
      zero = 4711 / zero;  // Not 1: a compiler knows a way to divide that without dividing.
      return;
    case SIGBUS:
      return bus_error();
    case SIGILL:
      __builtin_trap();
    case SIGABRT:
      std::abort();
#if defined(__x86_64__)
    case SIGTRAP:
      __asm__ volatile("int3");
      return;
#endif
    default:
      std::raise(*signal);
  }
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winfinite-recursion"
size_t overflow_stack(size_t depth) {
  volatile char frame[512];
  for (volatile char& byte : frame) byte = static_cast<char>(depth);
  // Something is left to do after the call, so that it isn't turned into a loop.
  return overflow_stack(depth + 1) + static_cast<size_t>(frame[depth % sizeof(frame)]);
}
#pragma GCC diagnostic pop

}  // namespace chaos
