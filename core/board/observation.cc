#include "core/board/observation.h"

#include <optional>
#include <utility>

namespace svc {
namespace {

std::optional<Observation>& own_observation() noexcept {
  static std::optional<Observation> own;
  return own;
}

}  // namespace

void set_observation(Observation observation) { own_observation().emplace(std::move(observation)); }

const Observation* observation() noexcept {
  return own_observation() ? &*own_observation() : nullptr;
}

}  // namespace svc
