#include "core/sdk/form.h"

#include <gtest/gtest.h>

#include "core/sdk/app.h"
#include "core/sdk/testing/client.h"

namespace svc {
namespace {

using testing::Answer;
using testing::Client;

struct Profile {
  std::string name;
  Int<0, 150> age;
  std::optional<std::string> note;
  std::vector<int> numbers;
  Default<bool, false> news;
};

struct Album {
  Text<1, 20> title;
  Upload cover;
  std::optional<Upload> back;
  std::vector<Upload> photos;
};

struct Paging {
  int page;
};

std::string described(const Upload& file) {
  return file.filename + "|" + file.content_type + "|" + file.content;
}

void forms(App& app) {
  app.post("/profile", [](Form<Profile> in) { return *in; });
  app.post("/album", [](Form<Album> in) {
    std::vector<std::string> files{described(in->cover)};
    if (in->back) files.push_back(described(*in->back));
    for (const Upload& photo : in->photos) files.push_back(described(photo));
    return files;
  });
  app.post("/both", [](Form<Profile> in, Query<Paging>, Header<"X-Key", int>) { return in->name; });
}

constexpr const char* kFormType = "application/x-www-form-urlencoded";

Answer post(Client& client, std::string_view path, std::string_view body,
            std::string type = kFormType) {
  return client.send("POST", path, body, {{"Content-Type", std::move(type)}});
}

std::string multipart(std::initializer_list<std::pair<std::string_view, std::string_view>> parts) {
  std::string body;
  for (const auto& [head, content] : parts) {
    body.append("--XX\r\nContent-Disposition: form-data; ").append(head).append("\r\n\r\n");
    body.append(content).append("\r\n");
  }
  return body + "--XX--\r\n";
}

constexpr const char* kMultipartType = "multipart/form-data; boundary=XX";

TEST(Form, ReadsWhatABrowserSends) {
  Client client(forms);
  const Answer answer =
      post(client, "/profile", "name=Ann+B%C3%A4r&age=42&note=&numbers=1&numbers=2&news=on&more=1");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.body, R"({"name":"Ann Bär","age":42,"note":null,"numbers":[1,2],"news":true})");
  EXPECT_EQ(
      post(client, "/profile", "name=&age=1", "Application/X-WWW-Form-Urlencoded; charset=UTF-8")
          .body,
      R"({"name":"","age":1,"note":null,"numbers":[],"news":false})");
}

TEST(Form, ReadsBothEncodings) {
  Client client(forms);
  const std::string body = multipart({{"name=\"name\"", "Ann"},
                                      {"name=\"age\"", "42"},
                                      {"name=\"numbers\"", "7"},
                                      {"name=\"note\"", "two\r\nlines"}});
  EXPECT_EQ(post(client, "/profile", body, kMultipartType).body,
            R"({"name":"Ann","age":42,"note":"two\r\nlines","numbers":[7],"news":false})");
}

TEST(Form, HoldsFiles) {
  Client client(forms);
  const std::string body = multipart(
      {{"name=\"title\"", "Summer"},
       {"name=\"cover\"; filename=\"a.png\"\r\nContent-Type: image/png", "PNG\r\n--X\r\n"},
       {"name=\"back\"; filename=\"\"\r\nContent-Type: application/octet-stream", ""},
       {"name=\"photos\"; filename=\"1.txt\"", "one"},
       {"name=\"photos\"; filename=\"2.txt\"", ""}});
  const Answer answer = post(client, "/album", body, kMultipartType);
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.as<std::vector<std::string>>(),
            (std::vector<std::string>{"a.png|image/png|PNG\r\n--X\r\n", "1.txt|text/plain|one",
                                      "2.txt|text/plain|"}));
}

TEST(Form, TellsAllThatIsWrongAtOnce) {
  Client client(forms);
  const Answer answer = post(client, "/both?page=x", "age=200&numbers=1&numbers=b&news=maybe");
  EXPECT_EQ(answer.status, 422);
  for (const char* const loc :
       {R"(["body","name"],"msg":"is required)", R"(["body","age"])", R"(["body","numbers",1])",
        R"(["body","news"])", R"(["query","page"])", R"(["header","X-Key"])"}) {
    EXPECT_NE(answer.body.find(loc), std::string::npos) << loc << " in " << answer.body;
  }
}

struct Booking {
  List<int, 1, 2> days;
  std::optional<std::vector<std::string>> wishes;
  std::optional<std::vector<Upload>> files;
  Default<std::vector<int>> rooms;
  bool paid;

  void check(Issues& issues) const {
    if (paid && !wishes) issues.add("wishes", "are missing");
  }
};

TEST(Form, HasListsThatMayBeAbsentAndRulesOfItsOwn) {
  Client client([](App& app) {
    app.post("/", [](Form<Booking> in) {
      return std::to_string(in->days.size()) + (in->wishes ? in->wishes->back() : "-") +
             (in->files ? "files" : "-") + std::to_string(in->rooms.size());
    });
  });
  EXPECT_EQ(post(client, "/", "days=1&days=2&paid=off").body, "2--0");
  EXPECT_EQ(post(client, "/", "days=1&paid=on&wishes=a&wishes=b&rooms=3").body, "1b-1");
  const Answer filed = post(client, "/",
                            multipart({{"name=\"days\"", "1"},
                                       {"name=\"paid\"", "no"},
                                       {"name=\"files\"; filename=\"x\"", "1"}}),
                            kMultipartType);
  EXPECT_EQ(filed.body, "1-files0");
  EXPECT_EQ(post(client, "/", "paid=no").status, 422) << "a day is missing";
  EXPECT_EQ(post(client, "/", "days=1&days=2&days=3&paid=no").status, 422);
  const Answer broken = post(client, "/", "days=1&paid=on");
  EXPECT_NE(broken.body.find(R"("loc":["body","wishes"],"msg":"are missing")"), std::string::npos)
      << broken.body;
}

TEST(Form, AFileIsNoValueAndTheOtherWayRound) {
  Client client(forms);
  const Answer answer =
      post(client, "/album",
           multipart({{"name=\"title\"; filename=\"x\"", "1"}, {"name=\"cover\"", "1"}}),
           kMultipartType);
  EXPECT_EQ(answer.status, 422);
  EXPECT_NE(answer.body.find(R"("type":"string_type")"), std::string::npos) << answer.body;
  EXPECT_NE(answer.body.find(R"("type":"file_type")"), std::string::npos) << answer.body;
}

TEST(Form, RefusesOtherMediaTypes) {
  Client client(forms);
  for (const char* const type : {"application/json", "text/plain", "multipart/mixed; boundary=XX",
                                 "application/x-www-form-urlencoded; charset=iso-8859-1", ""}) {
    const Answer answer = post(client, "/profile", "name=a", type);
    EXPECT_EQ(answer.status, 415) << type;
    EXPECT_EQ(answer.header("Accept"), "application/x-www-form-urlencoded, multipart/form-data");
  }
  EXPECT_EQ(client.send("POST", "/profile").status, 422);  // No body: all is missing.
}

TEST(Form, RefusesWhatCantBeRead) {
  Client client(forms);
  EXPECT_EQ(post(client, "/profile", "--XX\r\n", kMultipartType).status, 400);
  EXPECT_EQ(post(client, "/profile", "--XX--", "multipart/form-data").status, 400);
  std::string many;
  for (int i = 0; i <= 1000; ++i) many += "numbers=1&";
  EXPECT_EQ(post(client, "/profile", many).status, 400);
  EXPECT_EQ(post(client, "/profile", "name=%FF&age=1").status, 422);
}

}  // namespace
}  // namespace svc
