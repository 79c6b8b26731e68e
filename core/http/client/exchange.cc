#include "core/http/client/exchange.h"

#include <utility>

#include "core/http/client/run.h"

namespace svc {

ClientExchange::ClientExchange(std::unique_ptr<ClientRun> run) noexcept : run_(std::move(run)) {}
ClientExchange::ClientExchange(ClientExchange&&) noexcept = default;
ClientExchange& ClientExchange::operator=(ClientExchange&&) noexcept = default;
ClientExchange::~ClientExchange() = default;

const ClientResponse& ClientExchange::response() const noexcept { return run_->response; }

ClientResult<std::string_view> ClientExchange::read() { return run_->read(); }

ClientResult<ClientResponse> ClientExchange::collect() && {
  if (auto collected = run_->collect(); !collected) {
    return std::unexpected(std::move(collected).error());
  }
  return std::move(run_->response);
}

bool ClientExchange::ended() const noexcept { return run_->ended(); }

}  // namespace svc
