#include "core/sdk/stream.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "core/sdk/testing/client.h"

namespace svc {
namespace {

using testing::Answer;
using testing::Client;

TEST(Stream, PartsLeaveOneByOne) {
  Client client([](App& app) {
    app.get("/lines/{n}", [](int n, Stream& out) {
      out.status(206).content_type("text/csv").header("X-One", "1");
      for (int i = 0; i < n; ++i) out.write(std::to_string(i) + "\n");
      out.trailer("X-Sum", "3");
    });
  });
  const Answer answer = client.get("/lines/3");
  EXPECT_EQ(answer.status, 206);
  EXPECT_EQ(answer.header("Content-Type"), "text/csv");
  EXPECT_EQ(answer.parts, (std::vector<std::string>{"0\n", "1\n", "2\n"}));
  EXPECT_EQ(answer.trailers, (testing::Headers{{"X-Sum", "3"}}));
  EXPECT_EQ(answer.length, std::nullopt);
  EXPECT_EQ(client.get("/lines/0").status, 206) << "one that writes nothing is answered too";
}

TEST(Stream, LengthMayBeAnnounced) {
  Client client([](App& app) {
    app.get("/x", [](Stream& out) {
      out.length(3);
      out.write("abc");
    });
  });
  EXPECT_EQ(client.get("/x").length, 3u);
}

TEST(Stream, HeadIsOverOnceItHasBegun) {
  Client client([](App& app) {
    app.get("/x", [](Stream& out) {
      out.write("a");
      EXPECT_THROW(out.status(404), std::logic_error);
      EXPECT_THROW(out.header("X", "1"), std::logic_error);
      EXPECT_THROW(out.length(1), std::logic_error);
      out.write("b");
    });
  });
  EXPECT_EQ(client.get("/x").body, "ab");
}

TEST(Stream, FieldsCannotSplitAnAnswer) {
  Client client([](App& app) {
    app.get("/x", [](Stream& out) {
      EXPECT_THROW(out.header("X", "a\r\nb"), std::invalid_argument);
      EXPECT_THROW(out.trailer("X", "a\nb"), std::invalid_argument);
    });
  });
  EXPECT_EQ(client.get("/x").status, 200);
}

void upload(App& app) {
  app.post("/sum",
           [](BodyStream& in) {
             char buffer[4];
             std::string sizes;
             while (const size_t got = in.read(buffer)) sizes += std::to_string(got);
             return sizes;
           })
      .body_max(16);
}

TEST(BodyStream, IsReadWhileItArrives) {
  Client client(upload);
  EXPECT_EQ(client.send("POST", "/sum", "0123456789").body, "442");
  client.set_read_max(3);
  EXPECT_EQ(client.send("POST", "/sum", "0123456789").body, "3331");
  EXPECT_EQ(client.send("POST", "/sum").body, "");
}

TEST(BodyStream, TooLargeIs413) {
  Client client(upload);
  EXPECT_EQ(client.send("POST", "/sum", std::string(17, 'x')).status, 413);
}

}  // namespace
}  // namespace svc
