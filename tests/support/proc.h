// proc.h — what proc(5) tells of a process: for tests that count descriptors, memory and time.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace svc::testing {

size_t descriptors_of(pid_t pid);
std::vector<std::string> sockets_of(pid_t pid);         // "socket:[INODE]" of each.
int64_t memory_kib(pid_t pid, std::string_view field);  // Of status: "RssAnon". -1: not known.
std::chrono::milliseconds cpu_time_of(pid_t pid);       // User and system, of all its threads.
std::vector<pid_t> children_of(pid_t pid);              // Zombies too.
char state_of_process(pid_t pid);                       // 'R', 'S', 'Z', …; 0: there is none.
// TCP connections over IPv4 that `pid` has accepted on `port` and not closed.
size_t accepted_connections(pid_t pid, uint16_t port);

}  // namespace svc::testing
