#include "core/base/sys.h"

#include <grp.h>
#include <linux/capability.h>
#include <linux/openat2.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#ifdef SVC_FAULTS
#include "core/base/fault_gate.h"
#else
namespace svc::sys {
namespace {
struct Gate {
  static constexpr bool fails(const char*, int) noexcept { return false; }
};
}  // namespace
}  // namespace svc::sys
#endif

namespace svc::sys {
namespace {

// One call through the door. `usual_error` is what an injected fault reports.
template <class Call>
auto once(const char* name, int usual_error, Call call) noexcept -> decltype(call()) {
  if (Gate::fails(name, usual_error)) return decltype(call())(-1);
  return call();
}

// The same for calls that a signal may interrupt half-way, which is never of interest.
template <class Call>
auto retried(const char* name, int usual_error, Call call) noexcept -> decltype(call()) {
  if (Gate::fails(name, usual_error)) return decltype(call())(-1);
  decltype(call()) result;
  do {
    result = call();
  } while (result == decltype(call())(-1) && errno == EINTR);
  return result;
}

}  // namespace

int open(const char* path, int flags, mode_t mode) noexcept {
  return retried("open", EMFILE, [=] { return ::open(path, flags, mode); });
}
int open_beneath(int directory, const char* path, int flags) noexcept {
  struct open_how how {};
  how.flags = static_cast<uint64_t>(flags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  return retried("openat2", EMFILE, [&] {
    int fd = -1;
    // EAGAIN: something was renamed while ".." was followed (openat2(2)). Not for ever.
    for (int tries = 0; tries < 8; ++tries) {
      fd = static_cast<int>(::syscall(SYS_openat2, directory, path, &how, sizeof how));
      if (fd >= 0 || errno != EAGAIN) break;
    }
    return fd;
  });
}
int close(int fd) noexcept { return ::close(fd); }
int close_range(unsigned first, unsigned last, unsigned flags) noexcept {
  return once("close_range", EINVAL,
              [=] { return ::close_range(first, last, static_cast<int>(flags)); });
}
ssize_t read(int fd, void* buffer, size_t size) noexcept {
  return retried("read", EIO, [=] { return ::read(fd, buffer, size); });
}
ssize_t write(int fd, const void* data, size_t size) noexcept {
  return retried("write", EIO, [=] { return ::write(fd, data, size); });
}
ssize_t writev(int fd, const iovec* parts, int count) noexcept {
  return retried("writev", EIO, [=] { return ::writev(fd, parts, count); });
}
ssize_t pread(int fd, void* buffer, size_t size, off_t offset) noexcept {
  return retried("pread", EIO, [=] { return ::pread(fd, buffer, size, offset); });
}
void fadvise(int fd, off_t offset, off_t size, int advice) noexcept {
  static_cast<void>(::posix_fadvise(fd, offset, size, advice));
}
int fsync(int fd) noexcept {
  return retried("fsync", EIO, [=] { return ::fsync(fd); });
}
int ftruncate(int fd, off_t size) noexcept {
  return retried("ftruncate", ENOSPC, [=] { return ::ftruncate(fd, size); });
}
int fstat(int fd, struct stat* out) noexcept {
  return once("fstat", EIO, [=] { return ::fstat(fd, out); });
}
int stat(const char* path, struct stat* out) noexcept {
  return once("stat", EACCES, [=] { return ::stat(path, out); });
}
int lstat(const char* path, struct stat* out) noexcept {
  return once("lstat", EACCES, [=] { return ::lstat(path, out); });
}
int unlink(const char* path) noexcept {
  return once("unlink", EACCES, [=] { return ::unlink(path); });
}
int rename(const char* from, const char* to) noexcept {
  return once("rename", EACCES, [=] { return ::rename(from, to); });
}
int link(const char* from, const char* to) noexcept {
  return once("link", EACCES, [=] { return ::link(from, to); });
}
int symlink(const char* target, const char* path) noexcept {
  return once("symlink", EACCES, [=] { return ::symlink(target, path); });
}
ssize_t readlink(const char* path, char* buffer, size_t size) noexcept {
  return once("readlink", EACCES, [=] { return ::readlink(path, buffer, size); });
}
int mkdir(const char* path, mode_t mode) noexcept {
  return once("mkdir", EACCES, [=] { return ::mkdir(path, mode); });
}
int rmdir(const char* path) noexcept {
  return once("rmdir", EACCES, [=] { return ::rmdir(path); });
}
int chmod(const char* path, mode_t mode) noexcept {
  return once("chmod", EPERM, [=] { return ::chmod(path, mode); });
}
int fchmod(int fd, mode_t mode) noexcept {
  return once("fchmod", EPERM, [=] { return ::fchmod(fd, mode); });
}
int chown(const char* path, uid_t user, gid_t group) noexcept {
  return once("chown", EPERM, [=] { return ::chown(path, user, group); });
}
int fchown(int fd, uid_t user, gid_t group) noexcept {
  return once("fchown", EPERM, [=] { return ::fchown(fd, user, group); });
}
int access(const char* path, int mode) noexcept {
  return once("access", EACCES, [=] { return ::access(path, mode); });
}
int chdir(const char* path) noexcept {
  return once("chdir", EACCES, [=] { return ::chdir(path); });
}
int openat2(int directory, const char* path, uint64_t flags, uint64_t resolve) noexcept {
  open_how how{};
  how.flags = flags;
  how.resolve = resolve;
  return retried("openat2", EMFILE, [&] {
    return static_cast<int>(::syscall(SYS_openat2, directory, path, &how, sizeof(how)));
  });
}
int openat(int directory, const char* path, int flags) noexcept {
  return retried("openat", EMFILE, [=] { return ::openat(directory, path, flags); });
}
ssize_t readlinkat(int directory, const char* path, char* buffer, size_t size) noexcept {
  return once("readlinkat", EACCES, [=] { return ::readlinkat(directory, path, buffer, size); });
}
int inotify_init1(int flags) noexcept {
  return once("inotify_init1", EMFILE, [=] { return ::inotify_init1(flags); });
}
int inotify_add_watch(int inotify, const char* path, uint32_t mask) noexcept {
  return once("inotify_add_watch", ENOSPC,
              [=] { return ::inotify_add_watch(inotify, path, mask); });
}
char* realpath(const char* path, char* resolved) noexcept {
  if (Gate::fails("realpath", EACCES)) return nullptr;
  return ::realpath(path, resolved);
}
int fcntl(int fd, int command, long argument) noexcept {
  return retried("fcntl", EMFILE, [=] { return ::fcntl(fd, command, argument); });
}
int flock(int fd, int operation) noexcept {
  return retried("flock", ENOLCK, [=] { return ::flock(fd, operation); });
}
int dup3(int from, int to, int flags) noexcept {
  return retried("dup3", EMFILE, [=] { return ::dup3(from, to, flags); });
}
int dup_cloexec(int fd, int at_least) noexcept {
  return once("fcntl", EMFILE, [=] { return ::fcntl(fd, F_DUPFD_CLOEXEC, at_least); });
}
int pipe2(int fds[2], int flags) noexcept {
  return once("pipe2", EMFILE, [=] { return ::pipe2(fds, flags); });
}
int poll(pollfd* fds, nfds_t count, int timeout_ms) noexcept {
  return once("poll", ENOMEM, [=] { return ::poll(fds, count, timeout_ms); });
}

int memfd_create(const char* name, unsigned flags) noexcept {
  return once("memfd_create", EMFILE, [=] { return ::memfd_create(name, flags); });
}
void* mmap(void* at, size_t size, int protection, int flags, int fd, off_t offset) noexcept {
  if (Gate::fails("mmap", ENOMEM)) return MAP_FAILED;
  return ::mmap(at, size, protection, flags, fd, offset);
}
int munmap(void* at, size_t size) noexcept { return ::munmap(at, size); }
int mprotect(void* at, size_t size, int protection) noexcept {
  return once("mprotect", ENOMEM, [=] { return ::mprotect(at, size, protection); });
}
int madvise(void* at, size_t size, int advice) noexcept {
  return once("madvise", EAGAIN, [=] { return ::madvise(at, size, advice); });
}
ssize_t getrandom(void* buffer, size_t size, unsigned flags) noexcept {
  return retried("getrandom", ENOSYS, [=] { return ::getrandom(buffer, size, flags); });
}

int socket(int domain, int type, int protocol) noexcept {
  return once("socket", EMFILE, [=] { return ::socket(domain, type, protocol); });
}
int socketpair(int domain, int type, int protocol, int fds[2]) noexcept {
  return once("socketpair", EMFILE, [=] { return ::socketpair(domain, type, protocol, fds); });
}
int bind(int fd, const sockaddr* address, socklen_t length) noexcept {
  return once("bind", EADDRINUSE, [=] { return ::bind(fd, address, length); });
}
int listen(int fd, int backlog) noexcept {
  return once("listen", EADDRINUSE, [=] { return ::listen(fd, backlog); });
}
int accept4(int fd, sockaddr* address, socklen_t* length, int flags) noexcept {
  return retried("accept4", EMFILE, [=] { return ::accept4(fd, address, length, flags); });
}
int connect(int fd, const sockaddr* address, socklen_t length) noexcept {
  return once("connect", ECONNREFUSED, [=] { return ::connect(fd, address, length); });
}
int getsockname(int fd, sockaddr* address, socklen_t* length) noexcept {
  return once("getsockname", ENOBUFS, [=] { return ::getsockname(fd, address, length); });
}
int getpeername(int fd, sockaddr* address, socklen_t* length) noexcept {
  return once("getpeername", ENOTCONN, [=] { return ::getpeername(fd, address, length); });
}
int getsockopt(int fd, int level, int name, void* value, socklen_t* length) noexcept {
  return once("getsockopt", EINVAL, [=] { return ::getsockopt(fd, level, name, value, length); });
}
int setsockopt(int fd, int level, int name, const void* value, socklen_t length) noexcept {
  return once("setsockopt", EINVAL, [=] { return ::setsockopt(fd, level, name, value, length); });
}
int shutdown(int fd, int how) noexcept {
  return once("shutdown", ENOTCONN, [=] { return ::shutdown(fd, how); });
}
ssize_t recv(int fd, void* buffer, size_t size, int flags) noexcept {
  return retried("recv", ECONNRESET, [=] { return ::recv(fd, buffer, size, flags); });
}
ssize_t send(int fd, const void* data, size_t size, int flags) noexcept {
  return retried("send", EPIPE, [=] { return ::send(fd, data, size, flags); });
}
ssize_t recvmsg(int fd, msghdr* message, int flags) noexcept {
  return retried("recvmsg", ECONNRESET, [=] { return ::recvmsg(fd, message, flags); });
}
ssize_t sendmsg(int fd, const msghdr* message, int flags) noexcept {
  return retried("sendmsg", EPIPE, [=] { return ::sendmsg(fd, message, flags); });
}
ssize_t sendfile(int to, int from, off_t* offset, size_t count) noexcept {
  return retried("sendfile", EIO, [=] { return ::sendfile(to, from, offset, count); });
}

int epoll_create1(int flags) noexcept {
  return once("epoll_create1", EMFILE, [=] { return ::epoll_create1(flags); });
}
int epoll_ctl(int epoll, int operation, int fd, epoll_event* event) noexcept {
  return once("epoll_ctl", ENOSPC, [=] { return ::epoll_ctl(epoll, operation, fd, event); });
}
int epoll_wait(int epoll, epoll_event* events, int count, int timeout_ms) noexcept {
  return once("epoll_wait", EINTR, [=] { return ::epoll_wait(epoll, events, count, timeout_ms); });
}
int eventfd(unsigned initial, int flags) noexcept {
  return once("eventfd", EMFILE, [=] { return ::eventfd(initial, flags); });
}
int signalfd(int fd, const sigset_t* mask, int flags) noexcept {
  return once("signalfd", EMFILE, [=] { return ::signalfd(fd, mask, flags); });
}

pid_t fork() noexcept {
  return once("fork", EAGAIN, [] { return ::fork(); });
}
pid_t waitpid(pid_t pid, int* status, int options) noexcept {
  return retried("waitpid", ECHILD, [=] { return ::waitpid(pid, status, options); });
}
int waitid(idtype_t type, id_t id, siginfo_t* info, int options) noexcept {
  return retried("waitid", ECHILD, [=] { return ::waitid(type, id, info, options); });
}
int kill(pid_t pid, int signal) noexcept {
  return once("kill", ESRCH, [=] { return ::kill(pid, signal); });
}
int tgkill(pid_t pid, pid_t thread, int signal) noexcept {
  return once("tgkill", ESRCH, [=] { return ::tgkill(pid, thread, signal); });
}
int execve(const char* path, char* const arguments[], char* const environment[]) noexcept {
  return once("execve", ENOENT, [=] { return ::execve(path, arguments, environment); });
}
int drop_capabilities() noexcept {
  return once("capset", EPERM, [] {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct none[2] = {};
    return static_cast<int>(::syscall(SYS_capset, &header, none));
  });
}

int prctl(int option, unsigned long a2, unsigned long a3, unsigned long a4,
          unsigned long a5) noexcept {
  return once("prctl", EINVAL, [=] { return ::prctl(option, a2, a3, a4, a5); });
}
pid_t setsid() noexcept {
  return once("setsid", EPERM, [] { return ::setsid(); });
}
int setgroups(size_t count, const gid_t* groups) noexcept {
  return once("setgroups", EPERM, [=] { return ::setgroups(count, groups); });
}
int setresgid(gid_t real, gid_t effective, gid_t saved) noexcept {
  return once("setresgid", EPERM, [=] { return ::setresgid(real, effective, saved); });
}
int setresuid(uid_t real, uid_t effective, uid_t saved) noexcept {
  return once("setresuid", EPERM, [=] { return ::setresuid(real, effective, saved); });
}
int getrlimit(int resource, rlimit* limit) noexcept {
  return once("getrlimit", EINVAL,
              [=] { return ::getrlimit(static_cast<__rlimit_resource>(resource), limit); });
}
int setrlimit(int resource, const rlimit* limit) noexcept {
  return once("setrlimit", EPERM,
              [=] { return ::setrlimit(static_cast<__rlimit_resource>(resource), limit); });
}
int sigprocmask(int how, const sigset_t* set, sigset_t* old) noexcept {
  return once("sigprocmask", EINVAL, [=] { return ::sigprocmask(how, set, old); });
}
int sigaction(int signal, const struct sigaction* action, struct sigaction* old) noexcept {
  return once("sigaction", EINVAL, [=] { return ::sigaction(signal, action, old); });
}
int sigaltstack(const stack_t* stack, stack_t* old) noexcept {
  return once("sigaltstack", ENOMEM, [=] { return ::sigaltstack(stack, old); });
}
int sched_getaffinity(pid_t pid, size_t size, cpu_set_t* mask) noexcept {
  return once("sched_getaffinity", EINVAL, [=] { return ::sched_getaffinity(pid, size, mask); });
}

}  // namespace svc::sys
