// invocation.h — what svcctl was asked to do: the command line, parsed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace svc {

struct Invocation {
  // Index in command_specs().
  size_t command = 0;
  // SERVICE, SETTING or SHELL: the command's own argument.
  std::string argument;
  std::string second;  // N or ROUTE.

  std::string config;       // -c
  std::string environment;  // --env
  std::string runtime_dir;  // --runtime-dir
  std::string colour = "auto";
  bool json = false;
  std::vector<std::string> overrides;  // --set

  bool now = false;
  bool follow = false;
  bool origin = false;
  bool running = false;
  bool watch = false;
  std::string build;  // --build
  uint32_t lines = 50;
  bool wait = false;
  std::string interval = "1s";  // --interval
  uint32_t count = 0;           // 0: for ever.
  bool workers = false;
};

}  // namespace svc
