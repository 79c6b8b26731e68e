#include "tests/bench/ops/row.h"

#include <stdexcept>

namespace svc::bench {
namespace {

std::vector<Row>& registered() {
  static std::vector<Row> rows;
  return rows;
}

}  // namespace

Rows::Rows(std::vector<Row> rows) {
  for (Row& row : rows) registered().push_back(std::move(row));
}

const std::vector<Row>& Rows::all() { return registered(); }

void require(bool holds, const std::string& why) {
  if (!holds) throw std::runtime_error(why);
}

void start(Svcd& svcd, ProcessOptions options) {
  require(svcd.start(std::move(options)), "svcd did not start: " + svcd.ready_text());
}

void let_run(Svcd& svcd, std::chrono::milliseconds time) {
  require(throughout([&] { return svcd.process().running(); }, time), "svcd has ended");
}

}  // namespace svc::bench
