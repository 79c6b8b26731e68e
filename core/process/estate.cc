#include "core/process/estate.h"

#include <fmt/core.h>
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <limits>

#include "core/base/mapping.h"
#include "core/base/sys.h"
#include "core/board/region.h"

namespace svc {
namespace {

constexpr std::string_view kFirstLine = "svcd 1";
constexpr size_t kFixedDescriptors = 5;

// The text before the first blank, which is cut off with it.
std::string_view next_word(std::string_view& text) {
  const size_t blank = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, blank);
  text.remove_prefix(std::min(blank + 1, text.size()));
  return word;
}

bool read_number(std::string_view& text, uint64_t& into, uint64_t max) {
  const std::string_view word = next_word(text);
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), into);
  return error == std::errc() && end == word.data() + word.size() && into <= max;
}

bool read_slots(std::string_view text, std::vector<size_t>& slots) {
  while (!text.empty()) {
    uint64_t slot = 0;
    if (slots.size() == EstateText::kSlotsMax ||
        !read_number(text, slot, EstateText::kSlotsMax - 1))
      return false;
    slots.push_back(static_cast<size_t>(slot));
  }
  return true;
}

// "SIZE NAME"
bool read_region(std::string_view text, std::vector<EstateText::Region>& regions) {
  if (regions.size() == EstateText::kRegionsMax) return false;
  EstateText::Region region;
  if (!read_number(text, region.size, Region::kSizeMax) || region.size < Region::kSizeMin ||
      text.empty())
    return false;
  region.name = text;
  regions.push_back(std::move(region));
  return true;
}

// "KIND SOCKETS DEVICE INODE KEY": the key last, for it may hold blanks.
bool read_address(std::string_view text, std::vector<EstateText::Address>& addresses) {
  if (addresses.size() == EstateText::kAddressesMax) return false;
  constexpr uint64_t kAny = std::numeric_limits<uint64_t>::max();
  EstateText::Address address;
  const std::string_view kind = next_word(text);
  uint64_t sockets = 0, device = 0, inode = 0;
  if (!read_number(text, sockets, FdStore::kDescriptorsMax) || !read_number(text, device, kAny) ||
      !read_number(text, inode, kAny) || text.empty())
    return false;
  if (kind != "each" && kind != "shared" && kind != "passed") return false;
  address.record = {kind != "each", kind == "passed", {device, inode}};
  address.sockets = static_cast<size_t>(sockets);
  address.key = text;
  addresses.push_back(std::move(address));
  return true;
}

bool read_line(std::string_view line, EstateText& into) {
  constexpr uint64_t kAny = std::numeric_limits<uint64_t>::max();
  const std::string_view what = next_word(line);
  if (what == "service") return !(into.service = line).empty();
  if (what == "born") return read_number(line, into.born_ns, kAny);
  if (what == "generation") return read_number(line, into.generation, kAny / 2);
  if (what == "promotions") return read_number(line, into.promotions, kAny / 2);
  if (what == "slots") return read_slots(line, into.slots);
  if (what == "busy") return read_slots(line, into.busy);
  if (what == "listen") return read_address(line, into.addresses);
  if (what == "region") return read_region(line, into.regions);
  uint64_t lives = 0;
  if (what != "lives" || !read_number(line, lives, EstateText::kLivesMax)) return false;
  into.lives = static_cast<size_t>(lives);
  return true;
}

// Made by a process of our user: sockets, pipes and memfds have an owner, too (fstat(2)).
bool is_ours(int fd) {
  struct stat facts {};
  return sys::fstat(fd, &facts) == 0 && facts.st_uid == ::geteuid();
}

bool is_socket(int fd, int wanted_type, int wanted_listening) {
  int type = 0, listening = 0;
  socklen_t size = sizeof type;
  if (sys::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) < 0) return false;
  size = sizeof listening;
  return sys::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 &&
         type == wanted_type && listening == wanted_listening;
}

bool is_pipe(int fd) {
  struct stat facts {};
  return sys::fstat(fd, &facts) == 0 && S_ISFIFO(facts.st_mode);
}

Result<> check(const Estate& estate) {
  const auto line = [](const Fd& fd) {
    return is_ours(fd.get()) && is_socket(fd.get(), SOCK_SEQPACKET, 0);
  };
  if (!line(estate.writer) || !line(estate.hand_over.first) || !line(estate.hand_over.second) ||
      !is_ours(estate.orphans.get()) || !is_socket(estate.orphans.get(), SOCK_SEQPACKET, 1) ||
      !is_ours(estate.board.get()))
    return Error::invalid("a descriptor is not what it should be, or not our own");
  for (const Fd& life : estate.lives)
    if (!is_ours(life.get()) || !is_pipe(life.get()))
      return Error::invalid("a life-line is no pipe of ours");
  for (size_t i = 0; i < estate.regions.size(); ++i)
    if (const auto size = static_cast<size_t>(estate.text.regions[i].size);
        !is_ours(estate.regions[i].get()) ||
        !SharedMapping::attach(Fd(sys::dup_cloexec(estate.regions[i].get())), size))
      return Error::invalid("a region is no memory of ours");
  for (size_t i = 0; i < estate.sockets.size(); ++i)
    for (const Fd& socket : estate.sockets[i])
      if (!estate.text.addresses[i].record.inherited && !is_ours(socket.get()))
        return Error::invalid("a socket of " + estate.text.addresses[i].key + " is not our own");
  return {};
}

}  // namespace

bool EstateText::Address::operator==(const Address& other) const noexcept {
  return key == other.key && sockets == other.sockets && record.shared == other.record.shared &&
         record.inherited == other.record.inherited &&
         record.file.device == other.record.file.device &&
         record.file.inode == other.record.file.inode;
}

std::string EstateText::write() const {
  std::string text = fmt::format(
      "{}\nservice {}\nborn {}\ngeneration {}\npromotions {}\nlives {}\nslots {}\nbusy {}\n",
      kFirstLine, service, born_ns, generation, promotions, lives, fmt::join(slots, " "),
      fmt::join(busy, " "));
  for (const Region& region : regions)
    text += fmt::format("region {} {}\n", region.size, region.name);
  for (const Address& address : addresses)
    text += fmt::format("listen {} {} {} {} {}\n",
                        address.record.inherited ? "passed"
                        : address.record.shared  ? "shared"
                                                 : "each",
                        address.sockets, address.record.file.device, address.record.file.inode,
                        address.key);
  return text;
}

Result<EstateText> EstateText::parse(std::string_view text) {
  EstateText read;
  bool first = true;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (end == text.npos) return Error::invalid("a record's last line is cut");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (std::exchange(first, false)) {
      if (line != kFirstLine) return Error::invalid("a record of another version");
    } else if (!read_line(line, read)) {
      return Error::invalid(fmt::format("a record has the line \"{}\"", line.substr(0, 80)));
    }
  }
  if (read.service.empty()) return Error::invalid("a record names no service");
  return read;
}

Result<Estate> open_estate(Fd reader) {
  if (!FdStore::is_reader(reader.get()) || !is_ours(reader.get()))
    return Error::invalid("not a store of ours");
  SVC_TRY(FdStore::Content content, FdStore::read(reader.get()));
  Estate estate;
  SVC_TRY(estate.text, EstateText::parse(content.text));
  size_t wanted = kFixedDescriptors + estate.text.lives + estate.text.regions.size();
  for (const auto& address : estate.text.addresses) wanted += address.sockets;
  if (wanted != content.descriptors.size())
    return Error::invalid(fmt::format("a record has {} descriptors instead of {}",
                                      content.descriptors.size(), wanted));
  auto next = content.descriptors.begin();
  estate.reader = std::move(reader);
  for (Fd* fd : {&estate.writer, &estate.board, &estate.orphans, &estate.hand_over.first,
                 &estate.hand_over.second})
    *fd = std::move(*next++);
  for (size_t i = 0; i < estate.text.lives; ++i) estate.lives.push_back(std::move(*next++));
  for (size_t i = 0; i < estate.text.regions.size(); ++i)
    estate.regions.push_back(std::move(*next++));
  for (const auto& address : estate.text.addresses) {
    auto& sockets = estate.sockets.emplace_back();
    for (size_t i = 0; i < address.sockets; ++i) sockets.push_back(std::move(*next++));
  }
  SVC_TRY_VOID(check(estate));
  return estate;
}

}  // namespace svc
