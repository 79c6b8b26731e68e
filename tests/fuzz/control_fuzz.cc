// What a client may send to the control socket: any bytes, in any pieces. The first byte of an
// input says in how large pieces; a real server on a fake clock gets the rest.
#include <stdlib.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/check.h"
#include "core/base/socket_file.h"
#include "core/base/sys.h"
#include "core/control/frame.h"
#include "core/control/server.h"
#include "core/loop/event_loop.h"

namespace svc {
namespace {

// What was taken off the front and what is left are the whole input, and a frame that was taken
// encodes to the bytes it came from.
void check_frames(std::string_view input) {
  std::string buffer(input);
  std::string again;
  for (;;) {
    auto frame = take_frame(buffer, kRequestMax);
    if (!frame || !*frame) break;
    SVC_CHECK((*frame)->payload.size() <= kRequestMax);
    append_frame(again, (*frame)->kind, (*frame)->payload);
    if (const auto request = decode_request((*frame)->payload))
      SVC_CHECK(encode_request(*request) == (*frame)->payload);
  }
  SVC_CHECK(again + buffer == input);
}

struct World {
  FakeClock clock;
  std::unique_ptr<EventLoop> loop;
  std::unique_ptr<ControlServer> server;
  sockaddr_un address{};

  World() {
    char pattern[] = "/tmp/svc-fuzz-XXXXXX";
    SVC_CHECK(::mkdtemp(pattern) != nullptr);
    const std::string path = std::string(pattern) + "/control";
    loop = *EventLoop::create(clock);
    server = *ControlServer::open(*loop, path, [](const std::shared_ptr<ControlCall>& call) {
      call->progress("asked");
      call->done(0, call->arguments().empty() ? "" : call->arguments()[0]);
    });
    address = *socket_path(path);
  }
};

void talk(std::string_view input, size_t piece) {
  static World world;
  Fd client(sys::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  SVC_CHECK(sys::connect(client.get(), reinterpret_cast<const sockaddr*>(&world.address),
                         sizeof world.address) == 0);
  while (!input.empty()) {
    const ssize_t size = sys::send(client.get(), input.data(), std::min(piece, input.size()),
                                   MSG_NOSIGNAL | MSG_DONTWAIT);
    SVC_CHECK(world.loop->turn(0ms).has_value());
    if (size <= 0) break;  // Cut off.
    input.remove_prefix(static_cast<size_t>(size));
  }
  client.reset();
  for (int turn = 0; turn < 3 && world.server->clients() > 0; ++turn)
    SVC_CHECK(world.loop->turn(0ms).has_value());
  SVC_CHECK(world.server->clients() == 0);
}

}  // namespace
}  // namespace svc

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  svc::check_frames(input);
  svc::talk(input, 1 + data[0] * size_t{64});
  return 0;
}
