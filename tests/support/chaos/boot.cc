#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/support/chaos/chaos.h"

namespace chaos {
namespace {

enum class BootFail { none, throw_, exit, crash, hang };

struct Settings {
  svc::Default<svc::Int<0, 600'000>, 0> boot_delay_ms;
  svc::Default<BootFail, BootFail::none> boot_fail;
  std::optional<std::string> boot_fail_while;
};

void boot(const Settings& settings) {
  svc::sleep_for(std::chrono::milliseconds(settings.boot_delay_ms));
  if (settings.boot_fail_while && !std::filesystem::exists(*settings.boot_fail_while)) return;
  switch (settings.boot_fail) {
    case BootFail::none:
      return;
    case BootFail::throw_:
      throw std::runtime_error("boot_fail is \"throw\"");
    case BootFail::exit:
      std::_Exit(3);
    case BootFail::crash:
      return crash("SEGV");
    case BootFail::hang:
      for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
  }
}

}  // namespace

void prepare_boot(svc::App& app) {
  const auto settings = app.options().as<Settings>();
  app.on_start([settings] { boot(settings); });
}

}  // namespace chaos
