// Below the door: everything here that is a system call is made directly, or it would count itself.
#include "core/base/fault.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>

#include "core/base/fault_gate.h"

namespace svc::sys {
namespace {

constexpr int kErrorNumberMax = 4095;  // MAX_ERRNO of the kernel.

struct State {
  std::atomic<uint64_t> calls{0};
  std::atomic<uint64_t> nth{0};        // Of the calls that match; 0: none fails.
  std::atomic<uint64_t> name_hash{0};  // 0: calls of every name match.
  std::atomic<int> error_number{0};    // 0: the usual one.
  std::atomic<uint64_t> matched{0};
  std::atomic<bool> happened{false};
  std::array<char, 4096> count_path{};  // Set once, before the first call is counted.
};

State state;

// FNV-1a. The name is kept as a number so that the gate needs no lock; 52 names don't collide.
uint64_t hash(std::string_view name) noexcept {
  uint64_t value = 0xCBF29CE484222325;
  for (const char c : name) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return value;
}

void write_count() noexcept {
  if (state.count_path[0] == '\0') return;
  const int saved = errno;
  std::array<char, 32> digits;
  char* end = std::to_chars(digits.data(), digits.data() + digits.size() - 1,
                            state.calls.load(std::memory_order_relaxed))
                  .ptr;
  *end++ = '\n';
  const int fd = ::open(state.count_path.data(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd >= 0) {
    const ssize_t ignored = ::write(fd, digits.data(), static_cast<size_t>(end - digits.data()));
    static_cast<void>(ignored);  // A sweep that finds no number fails by itself.
    ::close(fd);
  }
  errno = saved;
}

// A sweep with a typo would inject nothing and pass.
[[noreturn]] void refuse(const char* variable, std::string_view text) {
  std::fprintf(stderr, "%s=%.*s: expected n, n:name or n:name:errno\n", variable,
               static_cast<int>(text.size()), text.data());
  std::abort();
}

template <class T>
bool whole_number(std::string_view text, T& out) {
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, out);
  return error == std::errc() && stopped == end && out > 0;
}

void arm(uint64_t nth, std::string_view name, int error_number) {
  state.nth.store(0, std::memory_order_relaxed);  // Nothing fails while the rest is half set.
  state.name_hash.store(name.empty() ? 0 : hash(name), std::memory_order_relaxed);
  state.error_number.store(error_number, std::memory_order_relaxed);
  state.matched.store(0, std::memory_order_relaxed);
  state.happened.store(false, std::memory_order_relaxed);
  state.nth.store(nth, std::memory_order_release);
}

void read_fault(std::string_view text) {
  const size_t first = std::min(text.find(':'), text.size());
  const size_t second = std::min(text.find(':', first + 1), text.size());
  const std::string_view name =
      first < text.size() ? text.substr(first + 1, second - first - 1) : "";
  uint64_t nth = 0;
  int error_number = 0;
  if (!whole_number(text.substr(0, first), nth) || (first < text.size() && name.empty()))
    refuse("SVC_FAULT", text);
  if (second < text.size() &&
      (!whole_number(text.substr(second + 1), error_number) || error_number > kErrorNumberMax))
    refuse("SVC_FAULT", text);
  arm(nth, name, error_number);
}

bool read_environment() {
  if (const char* path = std::getenv("SVC_FAULT_COUNT"); path != nullptr) {
    const size_t length = std::strlen(path);
    if (length == 0 || length >= state.count_path.size()) refuse("SVC_FAULT_COUNT", path);
    std::memcpy(state.count_path.data(), path, length);
    std::atexit(write_count);
  }
  if (const char* text = std::getenv("SVC_FAULT"); text != nullptr) read_fault(text);
  return true;
}

void read_environment_once() {
  static const bool read = read_environment();
  static_cast<void>(read);
}

}  // namespace

bool Gate::fails(const char* name, int usual_error) noexcept {
  read_environment_once();
  state.calls.fetch_add(1, std::memory_order_relaxed);
  const uint64_t nth = state.nth.load(std::memory_order_acquire);
  if (nth == 0) return false;
  const uint64_t wanted = state.name_hash.load(std::memory_order_relaxed);
  if (wanted != 0 && wanted != hash(name)) return false;
  if (state.matched.fetch_add(1, std::memory_order_relaxed) + 1 != nth) return false;
  state.happened.store(true, std::memory_order_relaxed);
  write_count();
  const int error_number = state.error_number.load(std::memory_order_relaxed);
  errno = error_number != 0 ? error_number : usual_error;
  return true;
}

namespace fault {

void fail_nth(uint64_t nth, std::string_view name, int error_number) {
  read_environment_once();  // Or the environment would have its way at the next call.
  arm(nth, name, error_number);
}

void never() {
  fail_nth(0);
  state.calls.store(0, std::memory_order_relaxed);
}

uint64_t calls() { return state.calls.load(std::memory_order_relaxed); }
bool happened() { return state.happened.load(std::memory_order_relaxed); }

}  // namespace fault
}  // namespace svc::sys
