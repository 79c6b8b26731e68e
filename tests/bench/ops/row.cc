#include "tests/bench/ops/row.h"

#include <fmt/core.h>

#include <algorithm>
#include <stdexcept>

#include "tests/support/json.h"

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

std::string failed_of(std::initializer_list<const Load*> loads) {
  uint64_t failed = 0, all = 0;
  std::string first;
  for (const Load* load : loads) {
    failed += load->failed();
    all += load->failed() + load->done();
    if (first.empty()) first = load->first_failure();
  }
  return fmt::format("{} of {} failed{}", failed, all, first.empty() ? "" : " (" + first + ")");
}

int64_t told_by(const std::optional<Answer>& answer, std::string_view field) {
  return answer ? json_number(answer->body, fmt::format("/{}", field)).value_or(-1) : -1;
}

void wait_for_end(const std::vector<pid_t>& pids) {
  require(eventually([&] { return std::none_of(pids.begin(), pids.end(), process_exists); }),
          "the former ones are still there");
}

void let_run(Svcd& svcd, std::chrono::milliseconds time) {
  require(throughout([&] { return svcd.process().running(); }, time), "svcd has ended");
}

}  // namespace svc::bench
