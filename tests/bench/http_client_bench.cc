// What one exchange on a kept connection costs, the kernel's loopback and a thread that answers
// included; and its parts that need no socket.
#include <benchmark/benchmark.h>

#include <memory>
#include <stdexcept>

#include "core/http/client/connections.h"
#include "core/http/client/encode.h"
#include "core/http/client/response_parser.h"
#include "core/loop/fiber.h"
#include "tests/support/raw_upstream.h"

namespace svc {
namespace {

constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 00:00:00 GMT\r\nServer: upstream\r\n"
    "Content-Type: application/json\r\nContent-Length: 27\r\nConnection: keep-alive\r\n\r\n"
    "{\"sku\":\"tea\",\"amount\":4.25}";

void BM_KeptConnection(benchmark::State& state) {
  test::RawUpstream upstream([](test::RawPeer& peer) {
    while (!peer.read_head().empty()) {
      if (!peer.send(kAnswer)) return;
    }
  });
  const Origin origin = parse_client_url(upstream.url()).value().origin;
  const std::unique_ptr<EventLoop> loop = EventLoop::create().value();
  Fibers fibers(*loop);
  ClientConnections client(*loop);
  bool ended = false;
  const auto body = [&] {
    ClientRequest request;
    request.target = "/prices/tea";
    for (auto _ : state) {
      const auto answer = client.exchange(origin, request, {});
      if (!answer) throw std::runtime_error(answer.error().text);
      benchmark::DoNotOptimize(answer->body.data());
    }
    ended = true;
  };
  if (!fibers.spawn(body)) throw std::runtime_error("no fiber");
  while (!ended) {
    if (!loop->turn(1s)) throw std::runtime_error("no turn");
  }
}
BENCHMARK(BM_KeptConnection)->UseRealTime();

void BM_EncodeRequest(benchmark::State& state) {
  const Origin origin = parse_client_url("http://prices:8080").value().origin;
  ClientRequest request;
  request.target = "/prices/tea";
  request.fields = {{"Accept", "application/json"}, {"traceparent", "00-4bf92f3577b34da6-01"}};
  std::string out;
  for (auto _ : state) {
    out.clear();
    benchmark::DoNotOptimize(encode_request(origin, request, out));
  }
}
BENCHMARK(BM_EncodeRequest);

void BM_ParseResponse(benchmark::State& state) {
  ResponseParser parser;
  const ClientLimits limits;
  for (auto _ : state) {
    parser.reset(limits, false);
    parser.parse_head(kAnswer);
    benchmark::DoNotOptimize(parser.parse_body(kAnswer.substr(parser.head_size())));
  }
}
BENCHMARK(BM_ParseResponse);

}  // namespace
}  // namespace svc
