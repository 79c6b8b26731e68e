// run_connect.cc — the first part of an exchange: the request's head is made, a connection is had.
#include <fmt/format.h>

#include "core/http/client/connect.h"
#include "core/http/client/run.h"

namespace svc {

ClientResult<> ClientRun::encode() {
  auto framing = encode_request(origin_, request_, workspace_->output);
  if (!framing) return fail(Kind::bad_request, framing.error());
  framing_ = *framing;
  body_left_ = request_.body;
  if (request_.source != nullptr) {
    source_left_ = framing_.length;
    source_ended_ = !framing_.chunked && source_left_ == 0;
  }
  sending_ = true;
  workspace_->parser.reset(limits_, framing_.to_head);
  return {};
}

ClientResult<> ClientRun::have_connection() {
  const Wake wake = core_.pool.acquire(origin_, within(limits_.queue), permit_);
  if (wake == Wake::cancelled) return fail(Kind::cancelled, "cancelled");
  if (wake == Wake::timeout) {
    return fail_timeout(Kind::timeout_queue, "all connections that it may have stayed busy");
  }
  const Instant had = now();
  response.timings.queue = had - started_;
  connection_ = core_.pool.take(permit_);
  if (connection_) {
    response.reused = true;
    ++core_.reused;
    return {};
  }
  core_.pool.make_room();
  auto fd = connect();
  if (!fd) return std::unexpected(std::move(fd).error());
  std::unique_ptr<ClientStream> stream;
  if (origin_.scheme == Origin::Scheme::https) {
    auto secure = core_.options.tls->open(std::move(*fd), origin_, within(limits_.connect));
    if (!secure) return fail(secure.error().kind, secure.error().text);
    stream = std::move(*secure);
  } else {
    stream = plain_stream(std::move(*fd));
  }
  connection_ = std::make_unique<ClientConnection>(core_.loop, std::move(stream));
  if (auto started = connection_->start(); !started) {
    return fail(Kind::resources, started.error().text);
  }
  ++core_.opened;
  return {};
}

ClientResult<std::vector<Address>> ClientRun::addresses() {
  if (origin_.is_unix()) {
    auto address = Address::parse(std::string(kUnixPrefix) + origin_.unix_path);
    if (!address) return fail(Kind::bad_request, address.error().text);
    return std::vector{*address};
  }
  const Instant before = now();
  auto found = core_.resolver.resolve(origin_.host, within(limits_.resolve));
  if (!found && found.error().kind == Kind::timeout_resolve) {
    return fail_timeout(Kind::timeout_resolve, found.error().text);
  }
  if (!found) return fail(found.error().kind, found.error().text);
  response.timings.resolve = now() - before;
  for (Address& address : *found) address.set_port(origin_.port);
  return connect_order(std::move(*found));
}

ClientResult<Fd> ClientRun::connect() {
  if (origin_.scheme == Origin::Scheme::https && core_.options.tls == nullptr) {
    return fail(Kind::tls,
                "https is not available: this client has no TLS; use http, or a proxy "
                "on this host that speaks TLS");
  }
  const auto to = addresses();
  if (!to) return std::unexpected(to.error());
  const Instant before = now();
  const Instant until = within(limits_.connect);
  auto fd = connect_any(core_.loop, *to, until);
  // Idle connections hold descriptors and ports that this exchange could use.
  if (!fd && fd.error().kind == Kind::resources && core_.pool.close_oldest_idle()) {
    fd = connect_any(core_.loop, *to, until);
  }
  if (!fd) {
    const ClientFailure failed = std::move(fd).error();
    core_.resolver.forget(origin_.host);
    return failed.kind == Kind::timeout_connect ? fail_timeout(failed.kind, failed.text)
                                                : fail(failed.kind, failed.text);
  }
  response.timings.connect = now() - before;
  return fd;
}

}  // namespace svc
