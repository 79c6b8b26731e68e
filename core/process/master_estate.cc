// What a master takes over from one that died, and what it leaves (estate.h).
#include <algorithm>
#include <set>

#include "core/base/log.h"
#include "core/base/socket_file.h"
#include "core/base/sys.h"
#include "core/process/adoption.h"
#include "core/process/master_process.h"

namespace svc {
namespace {

constexpr int kOrphanBacklog = 128;  // A dead master leaves a connection in it.

Result<Fd> open_orphan_socket(const std::string& path) {
  Fd waiting(sys::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!waiting) return socket_path_error(errno, path);
  SVC_TRY(SocketFile file,
          SocketFile::bind_over(waiting.get(), path, {0600, {}, {}}, kOrphanBacklog));
  file.disown();  // It stays when we are killed; Home takes it away otherwise.
  return waiting;
}

}  // namespace

// A worker speaks for its service if it has that service's user.
bool MasterProcess::may_speak_for(const StrayFacts& stray) const {
  const auto config = master_.config.services.find(stray.service);
  if (config == master_.config.services.end()) return false;
  const auto credentials = credentials_of(config->second, master_.config.master);
  return credentials && stray.uid == (credentials->change ? credentials->user : ::geteuid());
}

Result<> MasterProcess::take_over() {
  std::vector<FoundEstate> found;
  std::set<std::string> known;
  for (InheritedSocket& kept : master_.listeners.take_stores()) {
    auto estate = open_estate(std::move(kept.fd));
    if (!estate || std::string(kStorePrefix) + estate->text.service != kept.name) {
      log::warn("systemd kept {}, which is of no use: {}", kept.name,
                estate ? "it is another service's" : estate.error().text);
      continue;
    }
    known.insert(estate->text.service);
    found.push_back({std::move(*estate), true});
  }
  const bool called = strays_.call(home_->paths().orphan);
  if (called)
    strays_.meet(
        [&](const StrayFacts& stray, Estate estate) {
          known.insert(stray.service);
          found.push_back({std::move(estate), may_speak_for(stray)});
        },
        [&] {
          return std::ranges::all_of(master_.config.services,
                                     [&](const auto& it) { return known.contains(it.first); });
        });
  adopt_estates(master_, std::move(found));
  if (!called || !master_.orphans) {
    SVC_TRY(master_.orphans, open_orphan_socket(home_->paths().orphan));
    home_->own_orphan_socket();
  }
  SVC_TRY_VOID(master_.lives.open());
  master_.lives.when_alone([this] { on_alone(); });
  return {};
}

// Nobody of a former master's is left.
void MasterProcess::on_alone() {
  master_.slots.release_held();
  if (master_.facts.announced) master_.listeners.close_heirlooms();
}

// Our first generation serves: what it has not asked for is nobody's any more.
void MasterProcess::settle() {
  home_->own_orphan_socket();
  legacy_.settle();
  master_.listeners.shut_heirlooms();
  // Whom the former master steered away from, and sockets that it didn't have.
  for (const auto& [name, config] : master_.config.services) steer_anew(master_, pool_, name);
  if (master_.lives.alone()) on_alone();
}

// As soon as somebody of ours serves in their place, or nobody ever will.
void MasterProcess::look_after_strays() {
  if (!master_.facts.announced || strays_.waiting() == 0) return;
  for (const auto& [name, config] : master_.config.services) {
    const ServiceFacts* facts = master_.facts.service(name);
    const WorkerSet* set = facts != nullptr ? facts->set_in(SetRole::serving) : nullptr;
    if (set == nullptr || std::ranges::none_of(set->seats, [](const Seat& seat) {
          return seat.worker && seat.worker->state == WorkerState::ready;
        }))
      continue;
    strays_.tell(ChannelKind::retire, config.graceful_timeout,
                 [&](const StrayFacts& stray) { return stray.service == name; });
  }
  constexpr Duration kOfNoService = 25s;
  strays_.tell(ChannelKind::drain, kOfNoService, [this](const StrayFacts& stray) {
    return !master_.config.services.contains(stray.service);
  });
}

// What listens and what is stored is ours alone to end, unless others would go on with it: workers
// of a former master, when we have never served; a successor.
bool MasterProcess::ends_with_us() const noexcept {
  return in_office() && !succeeded_ && (master_.facts.announced || master_.lives.alone());
}

}  // namespace svc
