#include "core/process/herald.h"

#include "core/base/log.h"
#include "core/process/status.h"

namespace svc {

void Herald::look() {
  if (!master_.bulletin) return;
  const Instant now = master_.loop->now();
  const bool first = posted_ == Instant::min();
  if (first || now >= posted_ + kGap) {
    post();
    posted_ = now;
    return timer_.arm(*master_.loop, now + kInterval);
  }
  if (!timer_.armed() || timer_.due() > posted_ + kGap) timer_.arm(*master_.loop, posted_ + kGap);
}

void Herald::post() {
  const std::string document = status_document(master_, pool_);
  const bool posted = master_.bulletin->post(document, master_.loop->now());
  if (!posted && !told_too_long_)
    log::warn("the status of {} is too long for the admin service: {} bytes",
              master_.config.master.name, document.size());
  told_too_long_ = !posted;
}

Result<> show_facts(MasterState& master, WorkerStart& start) {
  if (start.service.builtin != kAdminBuiltin) return {};
  if (!master.bulletin) {
    SVC_TRY(Bulletin bulletin, Bulletin::create());
    master.bulletin.emplace(std::move(bulletin));
  }
  start.board = &master.board;
  start.facts = master.bulletin->descriptor();
  return {};
}

}  // namespace svc
