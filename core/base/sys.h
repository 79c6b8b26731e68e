// sys.h — the one door to system calls.
//
// Why: each call that can fail goes through here, so that a test can make any of them fail. sys.cc
// is compiled twice: svc_sys is the kernel as it is; svc_sys_faulty counts the calls of a process
// and fails the n-th (fault.h). Which body a binary gets is decided when it is linked; programs
// that ship contain no trace of the second.
//
// Every function has the signature and the errors of its manual page (section 2 or 3): -1 and
// errno. EINTR is retried here, except where the call is how a program sleeps (poll, epoll_wait,
// nanosleep). Nothing else in the tree calls these functions directly; tests/tidy holds us to it.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <cstddef>
#include <cstdint>

#include "core/base/api.h"

namespace svc::sys {

// Files and descriptors.
SVC_API int open(const char* path, int flags, mode_t mode = 0) noexcept;
// openat2(2) with RESOLVE_BENEATH and RESOLVE_NO_MAGICLINKS: EXDEV for what leads out of
// `directory`.
SVC_API int open_beneath(int directory, const char* path, int flags) noexcept;
SVC_API int close(int fd) noexcept;  // Never fails by injection: the descriptor is gone anyway.
SVC_API int close_range(unsigned first, unsigned last, unsigned flags) noexcept;
SVC_API ssize_t read(int fd, void* buffer, size_t size) noexcept;
SVC_API ssize_t write(int fd, const void* data, size_t size) noexcept;
SVC_API ssize_t writev(int fd, const iovec* parts, int count) noexcept;
SVC_API ssize_t pread(int fd, void* buffer, size_t size, off_t offset) noexcept;
// posix_fadvise(3). It says what will be wanted: nothing depends on whether it is heard.
SVC_API void fadvise(int fd, off_t offset, off_t size, int advice) noexcept;
SVC_API int fsync(int fd) noexcept;
SVC_API int ftruncate(int fd, off_t size) noexcept;
SVC_API int fstat(int fd, struct stat* out) noexcept;
SVC_API int stat(const char* path, struct stat* out) noexcept;
SVC_API int lstat(const char* path, struct stat* out) noexcept;
SVC_API int unlink(const char* path) noexcept;
SVC_API int rename(const char* from, const char* to) noexcept;
SVC_API int link(const char* from, const char* to) noexcept;
SVC_API int symlink(const char* target, const char* path) noexcept;
SVC_API ssize_t readlink(const char* path, char* buffer, size_t size) noexcept;
SVC_API int mkdir(const char* path, mode_t mode) noexcept;
SVC_API int rmdir(const char* path) noexcept;
SVC_API int chmod(const char* path, mode_t mode) noexcept;
SVC_API int fchmod(int fd, mode_t mode) noexcept;
SVC_API int chown(const char* path, uid_t user, gid_t group) noexcept;
SVC_API int fchown(int fd, uid_t user, gid_t group) noexcept;
SVC_API int access(const char* path, int mode) noexcept;
SVC_API int chdir(const char* path) noexcept;
// As openat2(2), with its `resolve` of linux/openat2.h. ENOSYS: the kernel is older than 5.6.
SVC_API int openat2(int directory, const char* path, uint64_t flags, uint64_t resolve) noexcept;
SVC_API int openat(int directory, const char* path, int flags) noexcept;
SVC_API ssize_t readlinkat(int directory, const char* path, char* buffer, size_t size) noexcept;
SVC_API int inotify_init1(int flags) noexcept;
SVC_API int inotify_add_watch(int inotify, const char* path, uint32_t mask) noexcept;
SVC_API char* realpath(const char* path, char* resolved) noexcept;
SVC_API int fcntl(int fd, int command, long argument = 0) noexcept;
SVC_API int flock(int fd, int operation) noexcept;
SVC_API int dup3(int from, int to, int flags) noexcept;
SVC_API int dup_cloexec(int fd, int at_least = 3) noexcept;  // fcntl(F_DUPFD_CLOEXEC)
SVC_API int pipe2(int fds[2], int flags) noexcept;
SVC_API int poll(pollfd* fds, nfds_t count, int timeout_ms) noexcept;

// Memory.
SVC_API int memfd_create(const char* name, unsigned flags) noexcept;
SVC_API void* mmap(void* at, size_t size, int protection, int flags, int fd, off_t offset) noexcept;
SVC_API int munmap(void* at, size_t size) noexcept;
SVC_API int mprotect(void* at, size_t size, int protection) noexcept;
SVC_API int madvise(void* at, size_t size, int advice) noexcept;
SVC_API ssize_t getrandom(void* buffer, size_t size, unsigned flags) noexcept;

// Sockets.
SVC_API int socket(int domain, int type, int protocol) noexcept;
SVC_API int socketpair(int domain, int type, int protocol, int fds[2]) noexcept;
SVC_API int bind(int fd, const sockaddr* address, socklen_t length) noexcept;
SVC_API int listen(int fd, int backlog) noexcept;
SVC_API int accept4(int fd, sockaddr* address, socklen_t* length, int flags) noexcept;
SVC_API int connect(int fd, const sockaddr* address, socklen_t length) noexcept;
SVC_API int getsockname(int fd, sockaddr* address, socklen_t* length) noexcept;
SVC_API int getpeername(int fd, sockaddr* address, socklen_t* length) noexcept;
SVC_API int getsockopt(int fd, int level, int name, void* value, socklen_t* length) noexcept;
SVC_API int setsockopt(int fd, int level, int name, const void* value, socklen_t length) noexcept;
SVC_API int shutdown(int fd, int how) noexcept;
SVC_API ssize_t recv(int fd, void* buffer, size_t size, int flags) noexcept;
SVC_API ssize_t send(int fd, const void* data, size_t size, int flags) noexcept;
SVC_API ssize_t recvmsg(int fd, msghdr* message, int flags) noexcept;
SVC_API ssize_t sendmsg(int fd, const msghdr* message, int flags) noexcept;
SVC_API ssize_t sendfile(int to, int from, off_t* offset, size_t count) noexcept;

// The event loop.
SVC_API int epoll_create1(int flags) noexcept;
SVC_API int epoll_ctl(int epoll, int operation, int fd, epoll_event* event) noexcept;
SVC_API int epoll_wait(int epoll, epoll_event* events, int count, int timeout_ms) noexcept;
SVC_API int eventfd(unsigned initial, int flags) noexcept;
SVC_API int signalfd(int fd, const sigset_t* mask, int flags) noexcept;

// Processes.
SVC_API pid_t fork() noexcept;
SVC_API pid_t waitpid(pid_t pid, int* status, int options) noexcept;
SVC_API int waitid(idtype_t type, id_t id, siginfo_t* info, int options) noexcept;
SVC_API int kill(pid_t pid, int signal) noexcept;
SVC_API int tgkill(pid_t pid, pid_t thread, int signal) noexcept;
SVC_API int execve(const char* path, char* const arguments[], char* const environment[]) noexcept;
// capset(2) of nothing: effective, permitted, inheritable; the ambient ones go with the permitted.
SVC_API int drop_capabilities() noexcept;
SVC_API int prctl(int option, unsigned long a2 = 0, unsigned long a3 = 0, unsigned long a4 = 0,
                  unsigned long a5 = 0) noexcept;
SVC_API pid_t setsid() noexcept;
SVC_API int setgroups(size_t count, const gid_t* groups) noexcept;
SVC_API int setresgid(gid_t real, gid_t effective, gid_t saved) noexcept;
SVC_API int setresuid(uid_t real, uid_t effective, uid_t saved) noexcept;
SVC_API int getrlimit(int resource, rlimit* limit) noexcept;
SVC_API int setrlimit(int resource, const rlimit* limit) noexcept;
SVC_API int sigprocmask(int how, const sigset_t* set, sigset_t* old) noexcept;
SVC_API int sigaction(int signal, const struct sigaction* action, struct sigaction* old) noexcept;
SVC_API int sigaltstack(const stack_t* stack, stack_t* old) noexcept;
SVC_API int sched_getaffinity(pid_t pid, size_t size, cpu_set_t* mask) noexcept;

}  // namespace svc::sys
