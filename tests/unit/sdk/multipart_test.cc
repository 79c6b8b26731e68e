#include "core/sdk/multipart.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/sdk/app.h"
#include "core/sdk/testing/client.h"
#include "tests/support/temp_dir.h"

namespace svc {
namespace {

using testing::Answer;
using testing::Client;

class Uploads : public ::testing::Test {
 protected:
  Answer post(std::string_view path, std::string_view body,
              std::string type = "multipart/form-data; boundary=XX") {
    return client_.send("POST", path, body, {{"Content-Type", std::move(type)}});
  }
  size_t files() const { return dir_.entries(); }

  testing::TempDir dir_;
  Client client_{[this](App& app) {
    app.post("/texts", [](Multipart& form) {
      std::vector<std::string> all;
      while (Part* part = form.next()) all.push_back(part->name() + "=" + part->text(10));
      return all;
    });
    app.post("/save", [this](Multipart& form) {
      std::vector<uint64_t> sizes;
      while (Part* part = form.next()) {
        sizes.push_back(part->save(dir_.file(part->name()), 1'000'000));
      }
      return sizes;
    });
    app.post("/skip", [](Multipart& form) {
      int parts = 0;
      char one[1];
      while (Part* part = form.next()) parts += part->read(one) == 1 ? 1 : 100;
      return parts;
    });
    app.post("/few", [](Multipart& form) {
      form.limit(1, 64);
      while (form.next() != nullptr) {
      }
    });
    app.post("/pool",
             [this](Multipart& form) {
               Part* const part = form.next();
               return part->save(dir_.file("pool"));
             })
        .offload();
  }};
};

std::string field(std::string_view name, std::string_view content) {
  return "--XX\r\nContent-Disposition: form-data; name=" + std::string(name) + "\r\n\r\n" +
         std::string(content) + "\r\n";
}

TEST_F(Uploads, AreReadPartByPart) {
  for (const size_t piece : {size_t{1}, size_t{7}, SIZE_MAX}) {
    client_.set_read_max(piece);
    EXPECT_EQ(post("/texts", field("a", "1") + field("b", "") + "--XX--").body, R"(["a=1","b="])");
  }
}

TEST_F(Uploads, AreSavedWholeOrNotAtAll) {
  const std::string content(700'001, 'x');
  EXPECT_EQ(post("/save", field("a", content) + field("b", "") + "--XX--").body, "[700001,0]");
  EXPECT_EQ(testing::read_file(dir_.file("a")), content);
  EXPECT_EQ(files(), 2u);
  const auto mode = std::filesystem::status(dir_.file("a")).permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);

  EXPECT_EQ(post("/save", field("c", content)).status, 400);  // No closing boundary.
  EXPECT_EQ(post("/save", field("d", std::string(1'000'001, 'x')) + "--XX--").status, 413);
  EXPECT_EQ(files(), 2u);
}

TEST_F(Uploads, AreSavedFromThePoolToo) {
  EXPECT_EQ(post("/pool", field("a", std::string(300'000, 'y')) + "--XX--").body, "300000");
  EXPECT_EQ(testing::read_file(dir_.file("pool")).size(), 300'000u);
}

TEST_F(Uploads, NeedNotBeReadToTheirEnd) {
  EXPECT_EQ(post("/skip", field("a", std::string(100'000, 'x')) + field("b", "yy") + "--XX--").body,
            "2");
}

TEST_F(Uploads, HaveBounds) {
  EXPECT_EQ(post("/texts", field("a", "0123456789") + "--XX--").status, 200);
  EXPECT_EQ(post("/texts", field("a", "0123456789a") + "--XX--").status, 413);
  EXPECT_EQ(post("/few", field("a", "1") + "--XX--").status, 204);
  EXPECT_EQ(post("/few", field("a", "1") + field("b", "2") + "--XX--").status, 400);
  EXPECT_EQ(post("/few", field(std::string(64, 'a'), "1") + "--XX--").status, 400);
}

TEST_F(Uploads, AreOfOneMediaType) {
  const Answer answer = post("/texts", "a=1", "application/x-www-form-urlencoded");
  EXPECT_EQ(answer.status, 415);
  EXPECT_EQ(answer.header("Accept"), "multipart/form-data");
  EXPECT_EQ(post("/texts", "", "multipart/form-data").status, 400);
}

}  // namespace
}  // namespace svc
