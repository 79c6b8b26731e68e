// call_state.h — what a call is made of while it is put together, and what became of it.
//
// Between http.cc, which fills it, and perform.cc, which sends it. The public handles (http.h)
// share it.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/http/client/exchange.h"
#include "core/http/client/origin.h"
#include "core/http/client/request.h"
#include "core/http/client/response.h"
#include "core/sdk/client/http.h"

namespace svc {

class Upstream;

namespace detail {

struct CallState {
  Upstreams* upstreams = nullptr;
  std::shared_ptr<Upstream> upstream{};  // nullptr: that of the URL, found when it is sent.
  ClientUrl url{};                       // Where there is no upstream by name.
  CallOrigin origin{};

  std::string method = "GET";
  std::string path{};   // Behind that of the upstream's URL; empty or "/…", encoded.
  std::string query{};  // "a=b&c=d", encoded.
  ClientFields fields{};
  std::string body{};
  std::function<size_t(std::span<char>)> source{};
  std::optional<uint64_t> source_length{};

  using Time = std::chrono::milliseconds;
  std::optional<Time> timeout{};
  std::optional<Time> attempt_timeout{};
  std::optional<Time> hedge_after{};
  std::optional<uint32_t> attempts{};
  std::optional<uint32_t> redirects{};
  std::optional<uint64_t> body_max{};
  std::optional<bool> idempotent{};

  // "GET /prices/a": for messages, without the query, which may hold secrets.
  std::string spoken() const { return method + " " + (path.empty() ? url.path : path); }
};

struct AnswerState {
  std::shared_ptr<Upstream> upstream{};
  std::string spoken{};
  std::string request_id{};  // Of the request that it was called for.
  // A stream's body may still be on its way out: these outlive `open`.
  std::shared_ptr<ClientBodySource> source{};
  std::shared_ptr<const ClientRequest> request{};
  ClientResponse response{};             // Collected; of a stream only its head.
  std::optional<ClientExchange> open{};  // Of a stream.
  int attempts = 0;
};

}  // namespace detail
}  // namespace svc
