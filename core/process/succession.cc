#include "core/process/succession.h"

#include <fmt/core.h>

#include <charconv>
#include <cstdlib>

#include "core/base/sys.h"

namespace svc {
namespace {

Result<Fd> inherit(int number) {
  if (number < 0) return Fd();
  if (sys::fcntl(number, F_SETFD, FD_CLOEXEC) < 0)
    return Error::from_errno(fmt::format("{}: descriptor {}", kSuccessionVariable, number));
  return Fd(number);
}

}  // namespace

std::string InheritanceNumbers::write() const {
  std::string text = fmt::format("line={} pid={}", line, pid_file);
  if (init >= 0) text += fmt::format(" init={}", init);
  for (const int store : stores) text += fmt::format(" store={}", store);
  return text;
}

Result<InheritanceNumbers> InheritanceNumbers::parse(std::string_view text) {
  InheritanceNumbers numbers;
  const Error malformed = Error::invalid(
      fmt::format("{}=\"{}\" is not from a master that upgrades", kSuccessionVariable, text));
  while (!text.empty()) {
    const size_t blank = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, blank);
    text.remove_prefix(std::min(blank + 1, text.size()));
    const size_t equals = word.find('=');
    if (equals == word.npos) return malformed;
    int number = -1;
    const auto [end, error] =
        std::from_chars(word.data() + equals + 1, word.data() + word.size(), number);
    if (error != std::errc() || end != word.data() + word.size() || number < 3) return malformed;
    const std::string_view name = word.substr(0, equals);
    if (name == "line") numbers.line = number;
    if (name == "pid") numbers.pid_file = number;
    if (name == "init") numbers.init = number;
    if (name == "store") numbers.stores.push_back(number);
    if (numbers.stores.size() > kStoresMax) return malformed;
  }
  if (numbers.line < 0 || numbers.pid_file < 0) return malformed;
  return numbers;
}

Result<std::optional<Inheritance>> take_inheritance() {
  const char* variable = std::getenv(kSuccessionVariable);
  if (variable == nullptr) return std::nullopt;
  const std::string text = variable;
  ::unsetenv(kSuccessionVariable);
  SVC_TRY(const InheritanceNumbers numbers, InheritanceNumbers::parse(text));
  Inheritance inheritance;
  SVC_TRY(Fd line, inherit(numbers.line));
  inheritance.line = Channel(std::move(line));
  SVC_TRY(inheritance.pid_file, inherit(numbers.pid_file));
  SVC_TRY(inheritance.init, inherit(numbers.init));
  for (const int store : numbers.stores) {
    SVC_TRY(Fd fd, inherit(store));
    inheritance.stores.push_back(std::move(fd));
  }
  return inheritance;
}

}  // namespace svc
