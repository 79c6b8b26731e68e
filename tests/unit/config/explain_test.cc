#include "config/emit.h"
#include "config/schema.h"

namespace svc {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Explain, TellsAllOfASetting) {
  const auto text = explain("service.users.http.body_max");
  ASSERT_TRUE(text);
  EXPECT_EQ(*text,
            "service.*.http.body_max\n"
            "  The largest body of a request. Beyond it the answer is 413.\n"
            "\n"
            "  type      size\n"
            "  default   \"1MiB\"\n"
            "  section   [service.NAME.http]\n"
            "  variable  SVC_SERVICE__NAME__HTTP__BODY_MAX\n"
            "  change    A reload applies it to the new workers.\n");
}

TEST(Explain, KnowsEverySetting) {
  for (const std::string& path : setting_paths()) {
    const auto text = explain(path);
    ASSERT_TRUE(text) << path;
    EXPECT_THAT(*text, HasSubstr(path + "\n"));
  }
}

TEST(Explain, TakesNamesEndsOfPathsAndSections) {
  EXPECT_THAT(explain("body_max").value(), HasSubstr("service.*.http.body_max"));
  EXPECT_THAT(explain("http.body_max").value(), HasSubstr("service.*.http.body_max"));
  const std::string users = explain("user").value();
  EXPECT_THAT(users, HasSubstr("master.user\n"));
  EXPECT_THAT(users, HasSubstr("service.*.user\n"));
  EXPECT_THAT(explain("log").value(), HasSubstr("log.target\n"));
  EXPECT_THAT(explain("service").value(), HasSubstr("service.*.threads\n"));
  EXPECT_THAT(explain("service.users").value(), Not(HasSubstr("body_max")));
  EXPECT_THAT(explain("service.users.http").value(), HasSubstr("body_max"));
  EXPECT_THAT(explain("extends").value(), HasSubstr("laid over"));
}

TEST(Explain, FindsTheSettingThatAKeyIsIn) {
  EXPECT_THAT(explain("service.users.options.cache.size").value(),
              HasSubstr("service.*.options\n"));
  EXPECT_THAT(explain("service.users.workers.min").value(), HasSubstr("service.*.workers\n"));
  EXPECT_THAT(explain("service.users.environment.TZ").value(),
              HasSubstr("service.*.environment\n"));
}

TEST(Explain, NamesANearOneWhereThereIsNone) {
  EXPECT_EQ(explain("service.users.thread").error().text,
            "there is no setting \"service.users.thread\"; did you mean \"service.*.threads\"?");
  EXPECT_EQ(explain("bodymax").error().text,
            "there is no setting \"bodymax\"; did you mean \"body_max\"?");
  EXPECT_FALSE(explain(""));
  EXPECT_FALSE(explain("."));
  EXPECT_FALSE(explain("service.users.threads.x"));
}

TEST(Explain, HasAShapeForPrograms) {
  std::string out;
  JsonWriter json(out);
  ASSERT_TRUE(explain_json("log.level", json));
  EXPECT_THAT(out, HasSubstr(R"([{"path":"log.level","type":"choice","default":"\"info\"")"));
  EXPECT_THAT(out, HasSubstr(R"("change":"reload")"));
}

}  // namespace
}  // namespace svc
