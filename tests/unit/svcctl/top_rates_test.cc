#include "cmd/svcctl/top_rates.h"

#include <gtest/gtest.h>

namespace svc {
namespace {

StatusWorker worker_of(const char* pid, const char* requests) {
  return {{{"pid", pid}, {"requests", requests}}};
}

Status status_at(Duration at, uint64_t answered, std::vector<StatusWorker> workers) {
  StatusService service;
  service.name = "users";
  service.work = {.at = Instant(at), .answered = answered};
  service.recent = WorkRates{.over = 10s, .requests_per_s = 7};
  service.workers = std::move(workers);
  Status status;
  status.services = {service};
  return status;
}

TEST(TopRates, FirstAreTheMastersOwn) {
  const TopRates rates = top_rates(nullptr, status_at(5s, 100, {worker_of("1", "10")}));
  EXPECT_EQ(rates.requests_per_s, 7);
  EXPECT_EQ(rates.services.at("users").over, 10s);
  EXPECT_TRUE(rates.workers.empty());
}

TEST(TopRates, ThenThoseInBetween) {
  const Status before = status_at(5s, 100, {worker_of("1", "10"), worker_of("2", "20")});
  const TopRates rates =
      top_rates(&before, status_at(7s, 300, {worker_of("1", "110"), worker_of("3", "50")}));
  EXPECT_EQ(rates.requests_per_s, 100);
  EXPECT_EQ(rates.workers.at("1"), 50);
  EXPECT_EQ(rates.workers.at("3"), 25) << "it has come meanwhile";
  EXPECT_EQ(rates.workers.size(), 2u);
}

TEST(TopRates, ARestartedServerIsNotCompared) {
  const Status before = status_at(50s, 1000, {worker_of("1", "10")});
  EXPECT_EQ(top_rates(&before, status_at(52s, 20, {})).requests_per_s, 7);
  EXPECT_EQ(top_rates(&before, status_at(2s, 2000, {})).requests_per_s, 7) << "another boot";
}

TEST(TopRates, AServiceThatIsNewIsNotCompared) {
  Status before = status_at(50s, 0, {});
  before.services[0].name = "others";
  EXPECT_EQ(top_rates(&before, status_at(51s, 20, {})).services.at("users").over, 10s);
}

}  // namespace
}  // namespace svc
