// What the codec costs for one request: parse, route, encode. Instructions are the figure to watch
// (perf stat -e instructions:u, or valgrind --tool=callgrind); time depends on the machine.
#include <benchmark/benchmark.h>

#include <string>

#include "core/http/request_parser.h"
#include "core/http/response_encoder.h"
#include "core/http/router.h"

namespace svc {
namespace {

constexpr std::string_view kShort = "GET /plaintext HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n";
constexpr std::string_view kBrowser =
    "GET /orders/12345?page=2&sort=name HTTP/1.1\r\n"
    "Host: shop.example.com\r\n"
    "Connection: keep-alive\r\n"
    "Cache-Control: max-age=0\r\n"
    "Upgrade-Insecure-Requests: 1\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Safari/537.36\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8\r\n"
    "Accept-Encoding: gzip, deflate, br\r\n"
    "Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\n"
    "Cookie: session=4f2d7c1e9b3a4d5e8f60718293a4b5c6; theme=dark\r\n\r\n";

// Of what was asked for the last time, too: a comparison.
void parse_head_again(benchmark::State& state, std::string_view request) {
  RequestParser parser{HttpLimits{}};
  for (auto _ : state) {
    parser.reset();
    benchmark::DoNotOptimize(parser.parse_head(request));
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * request.size()));
}
BENCHMARK_CAPTURE(parse_head_again, short, kShort);
BENCHMARK_CAPTURE(parse_head_again, browser, kBrowser);

// Two clients take turns, so that neither line nor fields are those of the request before.
void parse_head(benchmark::State& state, std::string_view request) {
  std::string other(request);
  other[other.find("GET /") + 5] = 'Z';
  other.insert(other.size() - 2, "X-Other: 1\r\n");
  RequestParser parser{HttpLimits{}};
  for (auto _ : state) {
    parser.reset();
    benchmark::DoNotOptimize(parser.parse_head(request));
    parser.reset();
    benchmark::DoNotOptimize(parser.parse_head(other));
  }
  state.SetItemsProcessed(2 * static_cast<int64_t>(state.iterations()));
}
BENCHMARK_CAPTURE(parse_head, short, kShort);
BENCHMARK_CAPTURE(parse_head, browser, kBrowser);

void parse_chunks(benchmark::State& state) {
  const std::string_view head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string body =
      "400\r\n" + std::string(1024, 'x') + "\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n";
  RequestParser parser{HttpLimits{}};
  for (auto _ : state) {
    parser.reset();
    benchmark::DoNotOptimize(parser.parse_head(head));
    std::string_view rest = body;
    for (;;) {
      const auto step = parser.parse_body(rest);
      rest.remove_prefix(step.consumed);
      if (step.state != RequestParser::BodyState::more) break;
    }
  }
}
BENCHMARK(parse_chunks);

void match_route(benchmark::State& state) {
  Router router;
  for (uint32_t i = 0; i < 200; ++i) {
    (void)router.add("GET", "/service" + std::to_string(i) + "/items/{id}/parts/{part}", i);
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(router.match(Method::get, "GET", "/service77/items/12345/parts/7"));
  }
}
BENCHMARK(match_route);

void encode_answer(benchmark::State& state) {
  std::string out;
  DateCache date;
  ResponseHead head(200);
  head.add("Content-Type", "text/plain; charset=utf-8");
  for (auto _ : state) {
    out.clear();
    encode_head(out, head, {.length = 13}, date.at(784111777));
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(encode_answer);

}  // namespace
}  // namespace svc
