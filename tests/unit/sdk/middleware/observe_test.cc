#include "core/sdk/middleware/observe.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "core/sdk/testing/client.h"

namespace svc {
namespace {

using testing::Client;

TEST(Timing, TellsTheBrowserHowLongItTook) {
  Client client([](App& app) {
    app.use(timing());
    app.get("/x", [] { throw Problem(409); });
  });
  const auto field = client.get("/x").header("Server-Timing");
  ASSERT_TRUE(field);
  EXPECT_TRUE(field->starts_with("total;dur=")) << *field;
}

TEST(RequestLog, HasARecordOfEveryRequest) {
  std::vector<std::string> records;
  Client client([&](App& app) {
    app.use(request_log([&](const RequestRecord& record) {
      records.push_back(std::string(record.method) + " " + std::string(record.path) + " " +
                        std::string(record.route) + " " + std::to_string(record.status) + " " +
                        std::to_string(record.bytes));
      throw std::runtime_error("the log is full");  // Is nobody's concern but the log's.
    }));
    app.get("/x/{n}", [](int n) { return n; });
    app.get("/failure", [] { throw std::runtime_error("x"); });
    app.get("/slow", [] { sleep_for(10s); });
  });
  EXPECT_EQ(client.get("/x/12?secret=1").status, 200);
  client.get("/failure");
  client.get("/absent");
  client.set_deadline(std::chrono::milliseconds(5));
  client.get("/slow");
  ASSERT_EQ(records.size(), 4u);
  EXPECT_EQ(records[0], "GET /x/12 /x/{n} 200 2");
  EXPECT_EQ(records[1], "GET /failure /failure 500 0");
  EXPECT_TRUE(records[2].starts_with("GET /absent  404 ")) << records[2];
  EXPECT_EQ(records[3], "GET /slow /slow 503 0");
}

}  // namespace
}  // namespace svc
