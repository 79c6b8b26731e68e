#include "core/http/proxied.h"

namespace svc {

void Proxied::take(const ProxyRules& rules, const ProxyTold& told) {
  header_due_ = false;
  told_ = std::make_unique<const ProxyTold>(told);
  switch (told.kind) {
    case ProxyTold::Kind::itself:
      fields_count_ = trusted_;
      break;
    case ProxyTold::Kind::unknown:
      fields_count_ = false;
      break;
    case ProxyTold::Kind::client:
      fields_count_ = trusted_ && rules.trusted.has(told.source);
      break;
  }
}

const Address& Proxied::connected(const Address& own) const noexcept {
  return told_ && told_->kind == ProxyTold::Kind::client ? told_->source : own;
}

ClientView Proxied::view(const ProxyRules& rules, const RequestHead& head,
                         const Address& own) const noexcept {
  const Address& peer = connected(own);
  const bool secure = told_ && told_->secure;
  if (fields_count_) return client_view(rules, head, peer, secure);
  return {peer, {secure ? "https" : "http", {}, 0}};
}

}  // namespace svc
