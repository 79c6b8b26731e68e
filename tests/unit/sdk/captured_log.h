// captured_log.h — what is logged while this lives.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "core/base/log.h"

namespace svc::testing {

class CapturedLog {
 public:
  CapturedLog() {
    ::testing::internal::CaptureStderr();
    open();
  }
  ~CapturedLog() {
    if (!taken_) static_cast<void>(take());
  }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;

  std::string take() {  // Once.
    taken_ = true;
    std::string text = ::testing::internal::GetCapturedStderr();
    open();
    return text;
  }

 private:
  static void open() { EXPECT_TRUE(log::open({})); }

  bool taken_ = false;
};

}  // namespace svc::testing
