#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/chaos/chaos.h"

namespace chaos {
namespace {

constexpr int kDescriptorsLooked = 1024;
constexpr size_t kTextMax = 60'000;  // More than a channel's message may have.
constexpr size_t kRightsMax = 253;   // SCM_MAX_FD.

struct Memory {
  std::atomic<uint64_t>* words = nullptr;
  size_t count = 0;
};

// All that is mapped shared and writable from a memfd: the board, whatever it is called.
std::vector<Memory> shared_memory() {
  std::vector<Memory> found;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    if (line.find(" rw-s ") == line.npos || line.find("/memfd:") == line.npos) continue;
    uintptr_t from = 0, to = 0;
    char dash = 0;
    std::istringstream(line) >> std::hex >> from >> dash >> to;
    found.push_back({reinterpret_cast<std::atomic<uint64_t>*>(from), (to - from) / 8});
  }
  return found;
}

// The channel to the master, and the pair over which siblings give connections to each other.
std::vector<int> packet_sockets() {
  std::vector<int> found;
  for (int fd = 0; fd < kDescriptorsLooked; ++fd) {
    int type = 0;
    socklen_t size = sizeof(type);
    if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET)
      found.push_back(fd);
  }
  return found;
}

// Numbers that could be believed (a pid, nothing, all ones, now) among those that can't.
uint64_t nasty(std::mt19937_64& random, uint64_t pid) {
  switch (random() % 8) {
    case 0:
      return 0;
    case 1:
      return pid;
    case 2:
      return UINT64_MAX;
    case 3:
      return static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
    default:
      return random();
  }
}

void scribble(uint64_t pid) {
  std::mt19937_64 random(std::random_device{}());
  for (const auto memory = shared_memory();;)
    for (const auto& [words, count] : memory)
      for (size_t i = 0; i < count; ++i)
        words[i].store(nasty(random, pid), std::memory_order_relaxed);
}

// A message of a kind that there is or isn't, of any size, with any number of descriptors.
void send_nonsense(int socket, std::mt19937_64& random, uint64_t pid) {
  static thread_local std::string bytes;
  bytes.resize(random() % 16 == 0 ? random() % kTextMax : random() % 64);
  for (size_t i = 0; i < bytes.size(); i += 7) bytes[i] = static_cast<char>(random());
  const struct {
    uint16_t kind, version;
    uint32_t number;
  } header{static_cast<uint16_t>(random() % 40), 1, static_cast<uint32_t>(nasty(random, pid))};
  const bool well_formed = random() % 4 != 0;
  iovec parts[2] = {{const_cast<void*>(static_cast<const void*>(&header)), sizeof(header)},
                    {bytes.data(), bytes.size()}};
  msghdr message{};
  message.msg_iov = well_formed ? parts : parts + 1;
  message.msg_iovlen = well_formed ? 2 : 1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kRightsMax)> control{};
  if (random() % 4 == 0) {
    const size_t count = 1 + random() % (random() % 8 == 0 ? kRightsMax : 3);
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
    cmsghdr* rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int) * count);
    const std::vector<int> descriptors(count, STDIN_FILENO);
    std::memcpy(CMSG_DATA(rights), descriptors.data(), count * sizeof(int));
  }
  ::sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void flood(uint64_t pid) {
  std::mt19937_64 random(std::random_device{}());
  for (const auto sockets = packet_sockets();;)
    for (const int socket : sockets) send_nonsense(socket, random, pid);
}

}  // namespace

void turn_hostile(uint64_t pid) {
  std::thread(scribble, pid).detach();
  std::thread(flood, pid).detach();
}

}  // namespace chaos
