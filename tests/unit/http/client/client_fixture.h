// client_fixture.h — a client on a loop and a clock that the test turns, and raw upstreams.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <iterator>
#include <optional>
#include <string>

#include "core/http/client/connections.h"
#include "tests/support/raw_upstream.h"
#include "tests/unit/loop/loop_fixture.h"

namespace svc {

inline size_t count_descriptors() {
  return static_cast<size_t>(
      std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

class ClientFixture : public FiberFixture {
 protected:
  using Kind = ClientFailure::Kind;
  using Answer = ClientResult<ClientResponse>;

  static Origin origin_of(const std::string& url) { return parse_client_url(url).value().origin; }
  static Origin origin_of(const test::RawUpstream& upstream) { return origin_of(upstream.url()); }

  static ClientRequest get(std::string target) {
    ClientRequest request;
    request.target = std::move(target);
    return request;
  }
  static ClientRequest post(std::string target, std::string body) {
    ClientRequest request = get(std::move(target));
    request.method = "POST";
    request.body = std::move(body);
    return request;
  }

  // One exchange from beginning to end.
  Answer ask(const Origin& origin, const ClientRequest& request, const ClientLimits& limits = {}) {
    std::optional<Answer> answer;
    run([&] { answer = client.exchange(origin, request, limits); });
    return answer ? std::move(*answer) : std::unexpected(ClientFailure{});
  }
  // The failure of one; Kind::cancelled stands for "an answer came".
  ClientFailure fails(const Origin& origin, const ClientRequest& request,
                      const ClientLimits& limits = {}) {
    Answer answer = ask(origin, request, limits);
    if (answer) {
      ADD_FAILURE() << "an answer came: " << answer->status << " " << answer->body;
      return {.kind = Kind::cancelled};
    }
    return std::move(answer).error();
  }
  // One exchange that ends when the clock has gone on by `time`, and not before. `until` says when
  // there is nothing more to happen before that.
  ClientFailure fails_after(Duration time, const std::function<bool()>& until, const Origin& origin,
                            const ClientRequest& request, const ClientLimits& limits = {}) {
    std::optional<Answer> answer;
    EXPECT_TRUE(fibers.spawn([&] { answer = client.exchange(origin, request, limits); }));
    EXPECT_TRUE(turn_until(until));
    for (int i = 0; i < 5; ++i) turn(1ms);
    clock.advance(time - 1ms);
    turn();
    EXPECT_FALSE(answer) << "it ended before its time: "
                         << (*answer ? "with an answer" : answer->error().text);
    clock.advance(2ms);
    EXPECT_TRUE(turn_until([&] { return answer.has_value(); }));
    if (!answer || *answer) return {.kind = Kind::cancelled};
    return std::move(*answer).error();
  }

  ClientConnections client{*loop};
};

inline std::string kind_text(const ClientFailure& failure) {
  return std::string(client_failure_name(failure.kind));
}

}  // namespace svc
