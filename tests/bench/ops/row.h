// row.h — the table of figures for operations: one row a behaviour, registered where it is
// measured.
//
// To add one, write in a file of this folder:
//
//   const Rows kMine({{"name", "what it is", "what is promised", [](const Scale& scale) {
//     …
//     return Figure{fmt::format("{} ms", took), .correct = failed == 0, .in_time = took <= 50};
//   }}});
#pragma once

#include <chrono>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/load.h"
#include "tests/support/svcd.h"

namespace svc::bench {

using namespace svc::testing;

struct Figure {
  std::string measured;
  bool correct = false;  // What must hold on any machine, however loaded.
  bool in_time = true;   // What takes a machine to itself: not judged in the short form.
};

// The durations of the requirements, or some seconds of each, which shows that they can be
// measured.
struct Scale {
  bool brief = false;
  template <class T>
  T of(T whole, T part) const {
    return brief ? part : whole;
  }
};

struct Row {
  std::string name;  // What --only selects by; several may have one.
  std::string behaviour;
  std::string bound;
  std::function<Figure(const Scale&)> measure;  // May throw: then the row is broken.
  bool in_brief = true;
};

class Rows {
 public:
  explicit Rows(std::vector<Row> rows);
  static const std::vector<Row>& all();
};

// Starts it, or throws with what it said.
void start(Svcd& svcd, ProcessOptions options = {});

// "why" is told when `holds` is not.
void require(bool holds, const std::string& why);

inline int64_t ms(std::chrono::nanoseconds time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

// "3 of 4711 failed (reset …)", of all of them together. After their stop().
std::string failed_of(std::initializer_list<const Load*> loads);

// Of a JSON answer of the chaos service: "pid", "generation". -1: there is none.
int64_t told_by(const std::optional<Answer>& answer, std::string_view field);

// Until none of these processes is left, or throws.
void wait_for_end(const std::vector<pid_t>& pids);

// Runs until the time is over, or svcd is.
void let_run(Svcd& svcd, std::chrono::milliseconds time);

}  // namespace svc::bench
