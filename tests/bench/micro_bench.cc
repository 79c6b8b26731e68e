// micro_bench.cc — the pieces of a request that have no bench of their own: JSON, the board, and
// who the client is. With http_codec_bench.cc and loop_bench.cc: bench_micro.
//
// For comparing two builds on one machine (--benchmark_filter, --benchmark_repetitions); what a
// request costs as a whole tests/bench/cost tells.
#include <benchmark/benchmark.h>

#include <optional>
#include <string>
#include <vector>

#include "core/base/check.h"
#include "core/board/board.h"
#include "core/http/forwarded.h"
#include "core/http/proxy_header.h"
#include "core/sdk/json/json.h"

namespace {

// Not in svc's anonymous namespace: members are named by their types.
struct MicroItem {
  svc::Text<1, 32> sku;
  svc::Int<1, 1000> qty;
  double price;
};
struct MicroOrder {
  int64_t id;
  svc::Text<1, 64> customer;
  std::vector<MicroItem> items;
  std::optional<std::string> note;
  bool express;
};

constexpr std::string_view kMicroOrder =
    R"({"id":918273645,"customer":"Ann Example","items":[{"sku":"AX-1001","qty":2,"price":19.95},)"
    R"({"sku":"BR-77","qty":12,"price":3.5}],"note":"ring twice and wait","express":true})";

MicroOrder read_order() {
  MicroOrder order{};
  svc::Issues issues;
  const auto read = svc::from_json(kMicroOrder, order, issues);
  SVC_CHECK(read && issues.empty());
  return order;
}

void json_in(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(read_order());
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * kMicroOrder.size()));
}
BENCHMARK(json_in);

void json_out(benchmark::State& state) {
  const MicroOrder order = read_order();
  std::string out;
  for (auto _ : state) {
    out.clear();
    svc::append_json(out, svc::type_info<MicroOrder>(), &order);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * out.size()));
}
BENCHMARK(json_out);

// What one keep-alive request writes to its worker's slot.
void slot_of_a_request(benchmark::State& state) {
  auto board = svc::Board::create(1).value();
  svc::WorkerSlot& slot = board.slot(0);
  uint64_t id = 0;
  for (auto _ : state) {
    slot.bytes_in.add(48);
    slot.requests_in_flight.set(1);
    slot.loop.begin(3, ++id, svc::Instant(std::chrono::nanoseconds(id)));
    slot.loop.end();
    slot.requests_in_flight.set(0);
    slot.answers[2].add();
    slot.bytes_out.add(160);
  }
  benchmark::DoNotOptimize(slot.answered());
}
BENCHMARK(slot_of_a_request);

void client_of_a_request(benchmark::State& state, svc::ForwardedField field, std::string_view name,
                         std::string_view value) {
  svc::ProxyRules rules;
  const std::vector<std::string> trusted = {"10.0.0.0/8", "2001:db8:1::/48"};
  rules.trusted = svc::TrustedPeers::parse(trusted).value();
  rules.field = field;
  const std::vector<svc::HeaderField> fields = {{"Host", "shop.example"},
                                                {"User-Agent", "Mozilla/5.0"},
                                                {"Accept", "*/*"},
                                                {name, value},
                                                {"X-Forwarded-Proto", "https"},
                                                {"Accept-Encoding", "gzip"}};
  svc::RequestHead head;
  head.headers = fields;
  const svc::Address peer = svc::Address::parse("10.0.0.1:40000").value();
  for (auto _ : state) benchmark::DoNotOptimize(svc::client_view(rules, head, peer, false));
}
BENCHMARK_CAPTURE(client_of_a_request, one_hop, svc::ForwardedField::x_forwarded, "X-Forwarded-For",
                  "192.0.2.1");
BENCHMARK_CAPTURE(client_of_a_request, two_hops, svc::ForwardedField::x_forwarded,
                  "X-Forwarded-For", "203.0.113.9, 192.0.2.1, 10.0.0.2");
BENCHMARK_CAPTURE(client_of_a_request, forwarded, svc::ForwardedField::forwarded, "Forwarded",
                  "for=\"[2001:db8::1]:4711\";proto=https;host=shop.example");

void proxy_header(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(
        svc::read_proxy_header("PROXY TCP4 192.0.2.1 10.0.0.1 4711 443\r\nGET / HTTP/1.1\r\n"));
}
BENCHMARK(proxy_header);

}  // namespace
