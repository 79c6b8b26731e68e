// fault.h — which system call of this process fails, when linked with svc_sys_faulty.
//
// A binary that is linked with it reads the environment once, at the first call through the door:
//   SVC_FAULT=n           the n-th call of the process (counting from 1) fails with its usual error
//   SVC_FAULT=n:name      the n-th call of that name
//   SVC_FAULT=n:name:E    with that errno, a number
//   SVC_FAULT_COUNT=path  at exit, or at the fault, the number of calls so far is written there
// A child of fork(2) goes on counting from its parent's number. Tests in the same process use the
// functions below. Linked with svc_sys they do not exist: using them there fails at link time.
#pragma once

#include <cstdint>
#include <string_view>

namespace svc::sys::fault {

// The n-th call from here on (of that name) fails, once. error_number 0: with the usual one.
void fail_nth(uint64_t nth, std::string_view name = {}, int error_number = 0);
void never();      // Back to the kernel as it is; counting starts again from zero.
uint64_t calls();  // Through the door since start or since never().
bool happened();   // The fault has been injected, in this process or before its fork(2).

}  // namespace svc::sys::fault
