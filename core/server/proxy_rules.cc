#include "core/server/proxy_rules.h"

namespace svc {
namespace {

ForwardedField field_of(ForwardedBy by) noexcept {
  switch (by) {
    case ForwardedBy::x_forwarded_for:
      return ForwardedField::x_forwarded;
    case ForwardedBy::forwarded:
      return ForwardedField::forwarded;
    case ForwardedBy::none:
      break;
  }
  return ForwardedField::none;
}

}  // namespace

Result<ProxyRules> proxy_rules(const ServiceConfig& service) {
  ProxyRules rules;
  SVC_TRY(rules.trusted, TrustedPeers::parse(service.proxy.trusted));
  rules.protocol = service.proxy.protocol == OnOff::on;
  rules.field = field_of(service.proxy.header);
  rules.host = service.proxy.host == OnOff::on;
  return rules;
}

}  // namespace svc
