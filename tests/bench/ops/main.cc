// bench_ops — measures what svcd promises to those who operate it, and prints one table of it:
// behaviour, bound, measured, ok. A release quotes it.
//
//   bench_ops [--short] [--list] [--only NAME]...
//
// The long form takes half an hour and a machine to itself. --short shows that all of it can still
// be measured: bounds on time are told but not judged. Exit status: 1 if a bound is broken.
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string_view>
#include <thread>

#include "tests/bench/ops/row.h"

namespace svc::bench {
namespace {

struct Options {
  Scale scale;
  bool list = false;
  std::vector<std::string_view> only;
};

struct Result {
  const Row* row;
  Figure figure;
  std::string_view ok;
  bool broken;
};

bool parse(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--short")
      options.scale.brief = true;
    else if (argument == "--list")
      options.list = true;
    else if (argument == "--only" && i + 1 < argc)
      options.only.emplace_back(argv[++i]);
    else
      return false;
  }
  return true;
}

bool wanted(const Row& row, const Options& options) {
  if (!options.only.empty())
    return std::find(options.only.begin(), options.only.end(), row.name) != options.only.end();
  return row.in_brief || !options.scale.brief;
}

Result measure(const Row& row, const Scale& scale) {
  Figure figure;
  try {
    figure = row.measure(scale);
  } catch (const std::exception& failure) {
    figure.measured = failure.what();
  }
  const bool judged_late = !figure.in_time && !scale.brief;
  const std::string_view ok = !figure.correct ? "NO" : figure.in_time ? "yes" : "late";
  return {&row, std::move(figure), ok, !figure.correct || judged_late};
}

std::string setting_of(const std::string& path) {
  std::string text = read_file(path);
  text.erase(std::remove(text.begin(), text.end(), '\n'), text.end());
  return text.empty() ? "none" : text;
}

void print(const std::vector<Result>& results, const Scale& scale) {
  fmt::print("svcd, {} build, {}; {} CPUs, Linux {}, uid {}, tcp_migrate_req {}\n\n",
             SVC_BUILD_TYPE, scale.brief ? "short form" : "long form",
             std::thread::hardware_concurrency(), setting_of("/proc/sys/kernel/osrelease"),
             ::getuid(), setting_of("/proc/sys/net/ipv4/tcp_migrate_req"));
  size_t behaviour = 9, bound = 5, measured = 8;  // Widths of the headings.
  for (const Result& result : results) {
    behaviour = std::max(behaviour, result.row->behaviour.size());
    bound = std::max(bound, result.row->bound.size());
    measured = std::max(measured, result.figure.measured.size());
  }
  const auto line = [&](std::string_view a, std::string_view b, std::string_view c,
                        std::string_view d) {
    fmt::print("{:{}} | {:{}} | {:{}} | {}\n", a, behaviour, b, bound, c, measured, d);
  };
  line("behaviour", "bound", "measured", "ok");
  fmt::print("{:-<{}}-|-{:-<{}}-|-{:-<{}}-|-----\n", "", behaviour, "", bound, "", measured);
  for (const Result& result : results)
    line(result.row->behaviour, result.row->bound, result.figure.measured, result.ok);
}

int run(const Options& options) {
  std::vector<Result> results;
  for (const Row& row : Rows::all()) {
    if (!wanted(row, options)) continue;
    if (options.list) {
      fmt::print("{:16} {}\n", row.name, row.behaviour);
      continue;
    }
    fmt::print(stderr, "{} …", row.behaviour);
    std::fflush(stderr);
    const auto began = Clock::now();
    results.push_back(measure(row, options.scale));
    fmt::print(stderr, " {} ({} s): {}\n", results.back().ok, ms(Clock::now() - began) / 1000,
               results.back().figure.measured);
  }
  if (options.list) return 0;
  if (results.empty()) {
    fmt::print(stderr, "bench_ops: no row has such a name; see --list\n");
    return 2;
  }
  print(results, options.scale);
  return std::any_of(results.begin(), results.end(), [](const Result& it) { return it.broken; });
}

}  // namespace
}  // namespace svc::bench

int main(int argc, char** argv) {
  svc::bench::Options options;
  if (!svc::bench::parse(argc, argv, options)) {
    fmt::print(stderr, "usage: bench_ops [--short] [--list] [--only NAME]...\n");
    return 2;
  }
  return svc::bench::run(options);
}
