#include "core/base/check.h"

#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace svc {
namespace {

// One line is assembled on the stack: no allocation, because the heap may be what is broken.
class Line {
 public:
  void add(const char* text) noexcept {
    const size_t room = sizeof(text_) - length_;
    const size_t wanted = std::strlen(text);
    const size_t taken = wanted < room ? wanted : room;
    std::memcpy(text_ + length_, text, taken);
    length_ += taken;
  }
  void add(int number) noexcept {
    char digits[12];
    size_t at = sizeof(digits);
    digits[--at] = '\0';
    do {
      digits[--at] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number > 0 && at > 0);
    add(digits + at);
  }
  void print() noexcept {
    const ssize_t ignored = ::write(STDERR_FILENO, text_, length_);
    static_cast<void>(ignored);  // Nobody is left to tell.
  }

 private:
  char text_[512];
  size_t length_ = 0;
};

}  // namespace

void check_failed(const char* file, int line, const char* expression) noexcept {
  Line text;
  text.add(file);
  text.add(":");
  text.add(line);
  text.add(": check failed: ");
  text.add(expression);
  text.add("\n");
  text.print();
  std::abort();
}

}  // namespace svc
