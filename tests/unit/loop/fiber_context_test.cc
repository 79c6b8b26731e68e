#include "core/loop/fiber_context.h"

#include <gtest/gtest.h>

#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/loop/fiber_stack.h"
#include "core/loop/fiber_switch.h"

namespace svc {
namespace {

// A context with a stack, as small as it gets; the body may leave().
class Strand {
 public:
  explicit Strand(std::function<void(Strand&)> body) : body_(std::move(body)) {
    context_.prepare(stack_.usable(), &Strand::main, this);
  }
  void enter() { context_.enter(); }
  void leave() { context_.leave(); }
  bool ended() const { return ended_; }

 private:
  static void main(void* argument) noexcept {
    auto* self = static_cast<Strand*>(argument);
    self->body_(*self);
    self->ended_ = true;
    self->context_.finish();
  }
  FiberStack stack_ = FiberStack::map(64 * 1024).value();
  FiberContext context_;
  std::function<void(Strand&)> body_;
  bool ended_ = false;
};

std::string current_message() {
  try {
    throw;
  } catch (const std::exception& error) {
    return error.what();
  }
}

TEST(FiberContext, EntersLeavesAndFinishes) {
  int steps = 0;
  Strand strand([&](Strand& self) {
    ++steps;
    self.leave();
    ++steps;
  });
  strand.enter();
  EXPECT_EQ(steps, 1);
  EXPECT_FALSE(strand.ended());
  strand.enter();
  EXPECT_EQ(steps, 2);
  EXPECT_TRUE(strand.ended());
}

TEST(FiberContext, KeepsLocalVariablesAcrossASwitch) {
  Strand strand([&](Strand& self) {
    std::vector<double> numbers;
    double sum = 0.5;
    for (int i = 0; i < 100; ++i) {
      numbers.push_back(i);
      sum += i;
      self.leave();
    }
    EXPECT_EQ(numbers.size(), 100u);
    EXPECT_EQ(sum, 4950.5);
  });
  while (!strand.ended()) strand.enter();
}

// Without the exception state being swapped, each would rethrow the other's exception and the
// first to leave its handler would free it under the other.
TEST(FiberContext, TwoMaySwitchInsideTheirCatchBlocks) {
  const auto body = [](const char* message) {
    return [message](Strand& self) {
      for (int i = 0; i < 3; ++i) {
        try {
          throw std::runtime_error(message);
        } catch (const std::runtime_error& error) {
          self.leave();
          EXPECT_STREQ(error.what(), message);
          EXPECT_EQ(current_message(), message);
          self.leave();
        }
        EXPECT_EQ(std::current_exception(), nullptr);
      }
    };
  };
  Strand first(body("first"));
  Strand second(body("second"));
  while (!first.ended() || !second.ended()) {
    if (!first.ended()) first.enter();
    EXPECT_EQ(std::current_exception(), nullptr);
    if (!second.ended()) second.enter();
  }
}

TEST(FiberContext, TwoMaySwitchWhileTheyAreUnwound) {
  struct Leaving {
    Strand& self;
    ~Leaving() {
      EXPECT_EQ(std::uncaught_exceptions(), 1);
      self.leave();
      EXPECT_EQ(std::uncaught_exceptions(), 1);
      try {
        throw std::logic_error("inside a destructor");  // Caught here: that is allowed.
      } catch (const std::logic_error&) {
        self.leave();
      }
    }
  };
  const auto body = [](const char* message) {
    return [message](Strand& self) {
      try {
        const Leaving leaving{self};
        throw std::runtime_error(message);
      } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), message);
      }
      EXPECT_EQ(std::uncaught_exceptions(), 0);
    };
  };
  Strand first(body("first"));
  Strand second(body("second"));
  while (!first.ended() || !second.ended()) {
    EXPECT_EQ(std::uncaught_exceptions(), 0);
    if (!second.ended()) second.enter();
    EXPECT_EQ(std::uncaught_exceptions(), 0);
    if (!first.ended()) first.enter();
  }
}

// The one that enters may itself be in a catch block: the loop's callbacks are ordinary code.
TEST(FiberContext, MayBeEnteredFromACatchBlock) {
  Strand strand([](Strand& self) {
    EXPECT_EQ(std::current_exception(), nullptr);
    try {
      throw std::runtime_error("inner");
    } catch (const std::runtime_error&) {
      self.leave();
      EXPECT_EQ(current_message(), "inner");
    }
  });
  try {
    throw std::runtime_error("outer");
  } catch (const std::runtime_error&) {
    strand.enter();
    EXPECT_EQ(current_message(), "outer");
  }
  strand.enter();
  EXPECT_TRUE(strand.ended());
}

TEST(FiberContext, CanBePreparedAgainOnTheStackOfAFinishedOne) {
  const FiberStack stack = FiberStack::map(64 * 1024).value();
  struct Life {
    FiberContext context;
    int runs = 0;
  } life;
  const FiberContext::Entry entry = [](void* argument) noexcept {
    auto* self = static_cast<Life*>(argument);
    volatile char buffer[2048] = {};  // Leaves poison behind under ASan.
    buffer[self->runs] = 1;
    self->runs += buffer[self->runs];
    self->context.finish();
  };
  for (int i = 0; i < 100; ++i) {
    life.context.prepare(stack.usable(), entry, &life);
    life.context.enter();
  }
  EXPECT_EQ(life.runs, 100);
}

}  // namespace
}  // namespace svc
