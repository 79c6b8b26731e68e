#include "config/listen.h"

namespace svc {
namespace {

std::string address(std::string_view text) {
  const auto shape = listen_shape(text, "/etc/svcd");
  return shape ? shape->address : "error: " + shape.error().message;
}
std::string key(std::string_view text) { return listen_shape(text, "/etc/svcd")->key; }

TEST(ListenShape, KeepsWhatIsRightAndWritesItInOneForm) {
  EXPECT_EQ(address("127.0.0.1:8080"), "127.0.0.1:8080");
  EXPECT_EQ(address("127.0.0.1:008080"), "127.0.0.1:8080");
  EXPECT_EQ(address("[0:0:0::1]:80"), "[::1]:80");
  EXPECT_EQ(address("localhost:80"), "localhost:80");
  EXPECT_EQ(address("*:0"), "*:0");
}

TEST(ListenShape, SeesRelativePathsFromTheirFile) {
  EXPECT_EQ(address("unix:a.sock"), "unix:/etc/svcd/a.sock");
  EXPECT_EQ(address("unix:../a.sock"), "unix:/etc/a.sock");
  EXPECT_EQ(address("unix:/run//a.sock"), "unix:/run/a.sock");
  EXPECT_EQ(address("unix:@name"), "unix:@name");
  EXPECT_TRUE(listen_shape("unix:@name", "/")->is_unix);
}

TEST(ListenShape, TellsAddressesThatCantBothBeBound) {
  EXPECT_EQ(key("localhost:80"), key("127.0.0.1:80"));
  EXPECT_EQ(key("*:80"), key("[::]:80"));
  EXPECT_NE(key("127.0.0.1:80"), key("127.0.0.1:81"));
  EXPECT_NE(key("127.0.0.1:80"), key("[::1]:80"));
  EXPECT_EQ(key("127.0.0.1:0"), "") << "port 0 is a port of its own each time";
}

TEST(ListenShape, RefusesWhatCannotBeBound) {
  for (const std::string_view text : {"",
                                      "8080",
                                      ":8080",
                                      "127.0.0.1",
                                      "127.0.0.1:",
                                      "127.0.0.1:-1",
                                      "127.0.0.1:65536",
                                      "127.0.0.1:80a",
                                      "127.0.0:80",
                                      "256.0.0.1:80",
                                      "example.org:80",
                                      "::1:80",
                                      "[::1]",
                                      "[::1",
                                      "[127.0.0.1]:80",
                                      "[fe80::1%eth0]:80",
                                      "http://127.0.0.1:80",
                                      "unix:",
                                      "unix:@",
                                      "unix:/run/",
                                      "UNIX:/x",
                                      "127.0.0.1:80 "})
    EXPECT_FALSE(listen_shape(text, "/")) << text;
  EXPECT_FALSE(listen_shape("unix:/" + std::string(107, 'x'), "/"));
  EXPECT_TRUE(listen_shape("unix:/" + std::string(106, 'x'), "/"));
}

TEST(ListenShape, HintsAtTheRightForm) {
  EXPECT_EQ(listen_shape("8080", "/").error().hint, "did you mean \"127.0.0.1:8080\"?");
  EXPECT_EQ(listen_shape("/run/x", "/").error().hint, "did you mean \"unix:/run/x\"?");
  EXPECT_EQ(listen_shape("http://127.0.0.1:80", "/").error().hint,
            "did you mean \"127.0.0.1:80\"?");
}

}  // namespace
}  // namespace svc
