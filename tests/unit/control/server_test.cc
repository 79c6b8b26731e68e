#include "core/control/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "core/control/connection.h"
#include "tests/unit/control/control_support.h"

namespace svc {
namespace {

using ::testing::HasSubstr;

class ControlServerTest : public ::testing::Test {
 protected:
  ControlServerTest() {
    auto made = EventLoop::create(clock_);
    loop_ = *std::move(made);
    open();
  }

  void open() {
    auto opened = ControlServer::open(*loop_, path_, [this](std::shared_ptr<ControlCall> call) {
      calls_.push_back(std::move(call));
    });
    ASSERT_TRUE(opened) << opened.error().text;
    server_ = *std::move(opened);
  }

  // Turns the loop until `fact` holds; false if it never does. Nothing here needs real time to
  // pass, so a turn that finds nothing to do means that nothing will come.
  template <class Fact>
  bool until(Fact fact) {
    for (int turn = 0; turn < 10'000; ++turn) {
      if (fact()) return true;
      EXPECT_TRUE(loop_->turn(0ms));
    }
    return false;
  }
  bool until_calls(size_t count) {
    return until([&] { return calls_.size() >= count; });
  }
  bool until_closed(RawClient& client) {
    return until([&] { return client.read(); });
  }
  void pass(Duration time) {
    clock_.advance(time);
    EXPECT_TRUE(loop_->turn(0ms));
  }
  // What the client was told in its done frame, all others skipped.
  static std::string verdict(RawClient& client, int exit_status) {
    for (;;) {
      const Frame frame = client.frame();
      if (frame.kind == FrameKind{}) return "nothing was said";
      if (frame.kind != FrameKind::done) continue;
      EXPECT_EQ(frame.payload[0], exit_status);
      return frame.payload.substr(1);
    }
  }

  FakeClock clock_;
  testing::TempDir dir_;
  std::string path_ = dir_.file("control");
  std::unique_ptr<EventLoop> loop_;
  std::vector<std::shared_ptr<ControlCall>> calls_;
  std::unique_ptr<ControlServer> server_;
};

TEST_F(ControlServerTest, ItsSocketIsForItsOwnerAlone) {
  struct stat facts {};
  ASSERT_EQ(sys::lstat(path_.c_str(), &facts), 0);
  EXPECT_TRUE(S_ISSOCK(facts.st_mode));
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  server_.reset();
  EXPECT_NE(sys::lstat(path_.c_str(), &facts), 0);
}

TEST_F(ControlServerTest, HandsACommandOverAndSendsItsAnswer) {
  RawClient client(path_);
  client.ask("reload", {"users"});
  ASSERT_TRUE(until_calls(1));
  EXPECT_EQ(calls_[0]->command(), ControlCommand::reload);
  EXPECT_EQ(calls_[0]->arguments(), std::vector<std::string>{"users"});
  EXPECT_EQ(calls_[0]->peer_uid(), ::geteuid());
  EXPECT_TRUE(calls_[0]->connected());

  calls_[0]->progress("starting 4 workers");
  calls_[0]->document("{}");
  calls_[0]->done(0, "promoted generation 2");
  ASSERT_TRUE(until_closed(client));
  EXPECT_EQ(client.frame().payload, "starting 4 workers");
  const Frame document = client.frame();
  EXPECT_EQ(document.kind, FrameKind::document);
  EXPECT_EQ(document.payload, "{}");
  const Frame done = client.frame();
  EXPECT_EQ(done.kind, FrameKind::done);
  EXPECT_EQ(done.payload, std::string_view("\0promoted generation 2", 22));
  EXPECT_EQ(server_->clients(), 0u);
}

TEST_F(ControlServerTest, AnswersMuchLaterThanAnyDeadline) {
  RawClient client(path_);
  client.ask("reload");
  ASSERT_TRUE(until_calls(1));
  pass(24h);
  EXPECT_TRUE(calls_[0]->connected());
  calls_[0]->progress("still here");
  pass(24h);
  calls_[0]->done(1, "kept generation 1");
  ASSERT_TRUE(until_closed(client));
  EXPECT_EQ(verdict(client, 1), "kept generation 1");
}

TEST_F(ControlServerTest, SendsProgressWhenItIsSaidAndNotAtTheEnd) {
  RawClient client(path_);
  client.ask("stop");
  ASSERT_TRUE(until_calls(1));
  calls_[0]->progress("3 workers are draining");
  EXPECT_FALSE(client.read());
  EXPECT_EQ(client.frame().payload, "3 workers are draining");
}

TEST_F(ControlServerTest, TakesARequestByteByByte) {
  RawClient client(path_);
  std::string bytes;
  append_frame(bytes, FrameKind::request, encode_request({"version", {}}));
  for (const char byte : bytes) {
    EXPECT_EQ(client.send({&byte, 1}), 1u);
    EXPECT_TRUE(loop_->turn(0ms));
  }
  EXPECT_TRUE(until_calls(1));
}

TEST_F(ControlServerTest, TellsWhatIsNoCommandAndSuggestsOne) {
  RawClient client(path_);
  client.ask("statsu");
  ASSERT_TRUE(until_closed(client));
  EXPECT_THAT(verdict(client, 2), HasSubstr("no command \"statsu\"; did you mean status?"));
  EXPECT_TRUE(calls_.empty());
}

TEST_F(ControlServerTest, TellsTheUsageWhenArgumentsAreTooMany) {
  RawClient client(path_);
  client.ask("reload", {"users", "tasks"});
  ASSERT_TRUE(until_closed(client));
  EXPECT_EQ(verdict(client, 2), "usage: reload [SERVICE]");
  EXPECT_TRUE(calls_.empty());
}

TEST_F(ControlServerTest, MalformedRequestsAreToldSoAndCutOff) {
  std::string no_end, wrong_kind;
  append_frame(no_end, FrameKind::request, "status");
  append_frame(wrong_kind, FrameKind::done, "x");
  const std::pair<std::string, std::string> cases[] = {
      {"GET / HTTP/1.1\r\n\r\n", "wrong magic number"},
      {no_end, "a request that doesn't end"},
      {wrong_kind, "expected a request"},
      {std::string("SVC1\x01\0\0\0\xff\xff\xff\xff", 12), "4294967295 bytes; at most 65536"},
      {std::string(100'000, '\0'), "wrong magic number"}};
  for (const auto& [bytes, answer] : cases) {
    RawClient client(path_);
    client.send(bytes);
    ASSERT_TRUE(until_closed(client));
    EXPECT_THAT(verdict(client, 2), HasSubstr(answer));
  }
  EXPECT_TRUE(calls_.empty());
  EXPECT_EQ(server_->clients(), 0u);
}

TEST_F(ControlServerTest, ARequestAsLargeAsAllowedIsReadInPieces) {
  RawClient client(path_);
  std::string bytes;
  append_frame(bytes, FrameKind::request, "x" + std::string(kRequestMax - 2, 'y') + '\0');
  for (std::string_view left = bytes; !left.empty();) {
    left.remove_prefix(client.send(left));
    ASSERT_TRUE(loop_->turn(0ms));
  }
  ASSERT_TRUE(until_closed(client));
  EXPECT_THAT(verdict(client, 2), HasSubstr("no command \"xyyy"));
}

TEST_F(ControlServerTest, ASilentClientIsCutOffAfterItsTime) {
  RawClient silent(path_), half(path_);
  half.send("SVC1");
  ASSERT_TRUE(until([&] { return server_->clients() == 2; }));
  pass(ControlServer::kRequestTimeout - 1ms);
  EXPECT_FALSE(silent.read() || half.read());
  pass(1ms);
  EXPECT_TRUE(silent.read() && half.read());
  EXPECT_EQ(server_->clients(), 0u);
}

TEST_F(ControlServerTest, AClientThatDribblesIsCutOffAllTheSame) {
  RawClient client(path_);
  std::string bytes;
  append_frame(bytes, FrameKind::request, encode_request({"status", {}}));
  for (int second = 0; second < 5; ++second) {
    client.send(bytes.substr(static_cast<size_t>(second), 1));
    ASSERT_TRUE(loop_->turn(0ms));
    ASSERT_FALSE(client.read());
    pass(1s);
  }
  EXPECT_TRUE(client.read());
}

TEST_F(ControlServerTest, AClientThatDoesNotReadItsAnswerIsCutOffAfterItsTime) {
  RawClient client(path_);
  client.ask("status");
  ASSERT_TRUE(until_calls(1));
  calls_[0]->document(std::string(kAnswerMax, ' '));
  calls_[0]->done(0);
  pass(ControlServer::kAnswerTimeout - 1ms);
  EXPECT_EQ(server_->clients(), 1u);
  pass(1ms);
  EXPECT_EQ(server_->clients(), 0u);
}

TEST_F(ControlServerTest, TakingAByteNowAndThenBuysNoTime) {
  RawClient client(path_);
  client.ask("status");
  ASSERT_TRUE(until_calls(1));
  calls_[0]->document(std::string(kAnswerMax, ' '));
  for (int second = 0; second < 10; ++second) {
    char some[4096];
    ASSERT_GT(sys::recv(client.descriptor(), some, sizeof some, MSG_DONTWAIT), 0);
    ASSERT_TRUE(loop_->turn(0ms));
    ASSERT_TRUE(calls_[0]->connected());
    pass(1s);
  }
  EXPECT_FALSE(calls_[0]->connected());
}

TEST_F(ControlServerTest, WhatWaitsForAClientIsBounded) {
  RawClient client(path_);
  client.ask("stop");
  ASSERT_TRUE(until_calls(1));
  const std::string line(60'000, 'x');
  size_t lines = 0;
  while (calls_[0]->connected() && ++lines < 1000) calls_[0]->progress(line);
  EXPECT_LE(lines, ControlServer::kPendingMax / line.size() + 10);
  EXPECT_FALSE(calls_[0]->connected());
}

TEST_F(ControlServerTest, AWholeDocumentReachesASlowReader) {
  RawClient client(path_);
  client.ask("config");
  ASSERT_TRUE(until_calls(1));
  const std::string document(3'000'000, 'j');
  calls_[0]->document(document);
  calls_[0]->done(0);
  ASSERT_TRUE(until_closed(client));
  EXPECT_EQ(client.frame().payload, document);
  EXPECT_EQ(verdict(client, 0), "");
}

TEST_F(ControlServerTest, CallsAreHarmlessOnceTheClientIsGone) {
  RawClient client(path_);
  client.ask("reload");
  ASSERT_TRUE(until_calls(1));
  client.hang_up();
  ASSERT_TRUE(until([&] { return server_->clients() == 0; }));
  EXPECT_FALSE(calls_[0]->connected());
  calls_[0]->progress("x");
  calls_[0]->document("{}");
  calls_[0]->done(0);
}

TEST_F(ControlServerTest, NoticesAGoneClientWhileItAnswers) {
  RawClient client(path_);
  client.ask("reload");
  ASSERT_TRUE(until_calls(1));
  client.hang_up();
  calls_[0]->progress("x");  // The loop has not turned since.
  EXPECT_FALSE(calls_[0]->connected());
  calls_[0]->done(0);
}

TEST_F(ControlServerTest, AClientThatEndsItsSideStillGetsItsAnswer) {
  RawClient client(path_);
  client.ask("reload");
  client.end_sending();
  ASSERT_TRUE(until_calls(1));
  ASSERT_TRUE(loop_->turn(0ms));
  ASSERT_TRUE(calls_[0]->connected());
  calls_[0]->done(0, "promoted");
  ASSERT_TRUE(until_closed(client));
  EXPECT_EQ(verdict(client, 0), "promoted");
}

TEST_F(ControlServerTest, CallsAreHarmlessOnceTheServerIsGone) {
  RawClient client(path_);
  client.ask("stop");
  ASSERT_TRUE(until_calls(1));
  server_.reset();
  EXPECT_FALSE(calls_[0]->connected());
  calls_[0]->done(0);
  EXPECT_TRUE(client.read());
}

TEST_F(ControlServerTest, ACallThatNobodyAnswersIsAnsweredAsFailed) {
  RawClient client(path_);
  client.ask("routes");
  ASSERT_TRUE(until_calls(1));
  calls_.clear();
  ASSERT_TRUE(until_closed(client));
  EXPECT_THAT(verdict(client, 1), HasSubstr("without an answer"));
}

TEST_F(ControlServerTest, DoneIsSaidOnce) {
  RawClient client(path_);
  client.ask("version");
  ASSERT_TRUE(until_calls(1));
  calls_[0]->done(0, "1");
  calls_[0]->done(1, "2");
  calls_[0]->progress("3");
  calls_.clear();
  ASSERT_TRUE(until_closed(client));
  EXPECT_EQ(verdict(client, 0), "1");
  EXPECT_EQ(client.frame().kind, FrameKind{});
}

TEST_F(ControlServerTest, MoreInputThanOneRequestIsNobodys) {
  RawClient client(path_);
  client.ask("status");
  client.ask("stop");
  ASSERT_TRUE(until_calls(1));
  for (int turn = 0; turn < 10; ++turn) ASSERT_TRUE(loop_->turn(0ms));
  EXPECT_EQ(calls_.size(), 1u);
  calls_[0]->done(0);
  EXPECT_TRUE(until_closed(client));
}

TEST_F(ControlServerTest, SilentClientsMakeRoomForOneThatAsks) {
  std::vector<std::unique_ptr<RawClient>> silent;
  for (size_t i = 0; i < ControlServer::kClientsMax; ++i) {
    silent.push_back(std::make_unique<RawClient>(path_));
    ASSERT_TRUE(until([&] { return server_->clients() == i + 1; }));
  }
  RawClient client(path_);
  client.ask("status");
  ASSERT_TRUE(until_calls(1));
  EXPECT_EQ(server_->clients(), ControlServer::kClientsMax);
  EXPECT_TRUE(silent.front()->read());
  EXPECT_FALSE(silent.back()->read());
}

TEST_F(ControlServerTest, CommandsInProgressAreNotCutOffForMore) {
  std::vector<std::unique_ptr<RawClient>> busy;
  for (size_t i = 0; i < ControlServer::kClientsMax; ++i) {
    busy.push_back(std::make_unique<RawClient>(path_));
    busy.back()->ask("reload");
    ASSERT_TRUE(until_calls(i + 1));
  }
  RawClient client(path_);
  ASSERT_TRUE(until_closed(client));
  EXPECT_THAT(verdict(client, 1), HasSubstr("too many commands"));
  for (const auto& call : calls_) EXPECT_TRUE(call->connected());
}

TEST_F(ControlServerTest, StrangersAreToldSoAndCutOff) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  ASSERT_EQ(sys::chmod(path_.c_str(), 0666), 0);  // As if somebody had opened the door.
  std::filesystem::permissions(dir_.path(), std::filesystem::perms(0755));
  int pair[2];
  ASSERT_EQ(sys::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  const pid_t stranger = ::fork();
  if (stranger == 0) {
    if (::setresuid(65534, 65534, 65534) < 0) ::_exit(2);
    RawClient client(path_);
    if (!client.connected()) ::_exit(3);
    client.ask("stop");
    sys::write(pair[1], "x", 1);
    pollfd wait{client.descriptor(), POLLIN, 0};
    while (!client.read()) sys::poll(&wait, 1, 10'000);
    const bool told = verdict(client, 1).find("permission denied") != std::string::npos;
    ::_exit(told ? 0 : 4);
  }
  char byte;
  ASSERT_EQ(sys::read(pair[0], &byte, 1), 1);
  for (int turn = 0; turn < 10; ++turn) ASSERT_TRUE(loop_->turn(0ms));
  int status = 0;
  ASSERT_EQ(::waitpid(stranger, &status, 0), stranger);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(calls_.empty());
  ::close(pair[0]);
  ::close(pair[1]);
}

TEST_F(ControlServerTest, AnswersGivenInsideTheHandlerAreSent) {
  server_.reset();
  auto opened = ControlServer::open(
      *loop_, path_, [](const std::shared_ptr<ControlCall>& call) { call->done(0, "at once"); });
  ASSERT_TRUE(opened);
  RawClient client(path_);
  client.ask("version");
  ASSERT_TRUE(until_closed(client));
  EXPECT_EQ(verdict(client, 0), "at once");
}

TEST_F(ControlServerTest, ALiveMastersSocketIsNotTaken) {
  auto second = ControlServer::open(*loop_, path_, [](const std::shared_ptr<ControlCall>&) {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, std::errc::address_in_use);
}

}  // namespace
}  // namespace svc
