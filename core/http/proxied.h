// proxied.h — what one connection knows about a proxy at its other end.
//
// Why an object of its own: a connection that comes straight from its client, as all do where
// nobody is trusted, pays for one look at a flag and keeps no second address.
//
// Whose word counts: a connection's own peer, if it is trusted, says with a PROXY header who speaks
// (proxy_header.h). If that is a client, the fields of its requests are its own and nothing is
// believed of them, unless it is trusted in its turn: another proxy.
//
// Thread: the worker's loop.
#pragma once

#include <memory>

#include "core/http/forwarded.h"
#include "core/http/proxy_header.h"

namespace svc {

class Proxied {
 public:
  Proxied(const ProxyRules& rules, const Address& peer) noexcept
      : trusted_(rules.trusted.has(peer)),
        header_due_(trusted_ && rules.protocol),
        fields_count_(trusted_) {}

  // False: the peer is who it is, and nothing that it says changes that.
  bool trusted() const noexcept { return trusted_; }
  // Before anything else a PROXY header has to come.
  bool header_due() const noexcept { return header_due_; }
  // It has come, here or in the worker that had this connection before.
  void take(const ProxyRules& rules, const ProxyTold& told);
  const ProxyTold* told() const noexcept { return told_.get(); }  // nullptr: none has come.
  // The connection goes on in this worker, and its first request is behind it: too late for one.
  void began_elsewhere() noexcept { header_due_ = false; }

  // The client, as far as the connection itself tells: its other end, or whom its PROXY header
  // names.
  const Address& connected(const Address& own) const noexcept;
  // Who sent this request, and where to. `own`: the other end of the connection.
  // REQUIRES: trusted().
  ClientView view(const ProxyRules& rules, const RequestHead& head,
                  const Address& own) const noexcept;

 private:
  std::unique_ptr<const ProxyTold> told_;
  bool trusted_ : 1;
  bool header_due_ : 1;
  bool fields_count_ : 1;
};

}  // namespace svc
