#include "core/http/answer.h"

#include <gtest/gtest.h>

#include <string>

namespace svc {
namespace {

constexpr std::string_view kDate = "Sun, 06 Nov 1994 08:49:37 GMT";

// An answer, and the text of all that it would send.
struct Sheet {
  explicit Sheet(Method method = Method::get, int version_minor = 1) {
    RequestHead request;
    request.method = method;
    request.version_minor = version_minor;
    answer.open(request, queue);
  }
  std::string_view text() { return queue.tail(); }
  bool has(std::string_view part) { return text().find(part) != std::string_view::npos; }
  std::string_view body() { return text().substr(text().find("\r\n\r\n") + 4); }

  AnswerQueue queue;
  Answer answer;
};

TEST(Answer, OneBufferHasALength) {
  Sheet sheet;
  sheet.answer.respond(ResponseHead(200), "abc", true, kDate);
  EXPECT_TRUE(sheet.has("Content-Length: 3\r\n"));
  EXPECT_EQ(sheet.body(), "abc");
  EXPECT_TRUE(sheet.answer.keeps());
  EXPECT_EQ(sheet.answer.stage(), Answer::Stage::complete);
}

TEST(Answer, PartsOfUnknownLengthAreChunksOrEndWithTheConnection) {
  Sheet chunked;
  chunked.answer.begin(ResponseHead(200), std::nullopt, true, kDate);
  EXPECT_TRUE(chunked.answer.write("abc"));
  EXPECT_TRUE(chunked.answer.write(""));
  EXPECT_TRUE(chunked.answer.finish({}));
  EXPECT_EQ(chunked.body(), "3\r\nabc\r\n0\r\n\r\n") << "an empty part is not the last chunk";
  EXPECT_TRUE(chunked.answer.keeps());

  Sheet old(Method::get, 0);
  old.answer.begin(ResponseHead(200), std::nullopt, true, kDate);
  EXPECT_TRUE(old.answer.write("abc"));
  EXPECT_TRUE(old.answer.finish({}));
  EXPECT_EQ(old.body(), "abc");
  EXPECT_FALSE(old.answer.keeps());
  EXPECT_TRUE(old.answer.until_close());
}

TEST(Answer, AnnouncedLengthsAreKeptOrTheAnswerIsNone) {
  Sheet exact;
  exact.answer.begin(ResponseHead(200), 4, true, kDate);
  EXPECT_TRUE(exact.answer.write("ab"));
  EXPECT_TRUE(exact.answer.write("cd"));
  EXPECT_TRUE(exact.answer.finish({}));

  Sheet longer;
  longer.answer.begin(ResponseHead(200), 4, true, kDate);
  EXPECT_TRUE(longer.answer.write("abc"));
  EXPECT_FALSE(longer.answer.write("de"));
  EXPECT_EQ(longer.body(), "abc");

  Sheet shorter;
  shorter.answer.begin(ResponseHead(200), 4, true, kDate);
  EXPECT_TRUE(shorter.answer.write("abc"));
  EXPECT_FALSE(shorter.answer.finish({}));
  EXPECT_NE(shorter.answer.stage(), Answer::Stage::complete);
}

TEST(Answer, HeadHasTheFieldsAndNoBody) {
  Sheet whole(Method::head);
  whole.answer.respond(ResponseHead(200), "abc", true, kDate);
  EXPECT_TRUE(whole.has("Content-Length: 3\r\n"));
  EXPECT_EQ(whole.body(), "");
  Sheet parts(Method::head);
  parts.answer.begin(ResponseHead(200), 100, true, kDate);
  EXPECT_TRUE(parts.answer.write("abc"));
  EXPECT_TRUE(parts.answer.finish({})) << "nobody has to write what nobody sends";
  EXPECT_TRUE(parts.has("Content-Length: 100\r\n"));
  EXPECT_EQ(parts.body(), "");
}

TEST(Answer, StatusesWithoutContentHaveNone) {
  for (const int status : {204, 205, 304}) {
    Sheet sheet;
    sheet.answer.respond(ResponseHead(status), "surplus", true, kDate);
    EXPECT_EQ(sheet.body(), "") << status;
    EXPECT_FALSE(sheet.has("Transfer-Encoding")) << status;
    EXPECT_EQ(sheet.has("Content-Length: 0\r\n"), status == 205) << status;
    Sheet parts;
    parts.answer.begin(ResponseHead(status), std::nullopt, true, kDate);
    EXPECT_TRUE(parts.answer.write("surplus"));
    EXPECT_TRUE(parts.answer.finish({}));
    EXPECT_EQ(parts.body(), "") << status;
    EXPECT_FALSE(parts.has("chunked")) << status;
  }
}

TEST(Answer, ClosesIfTheHandlerOrTheConnectionWantsTo) {
  Sheet handler;
  ResponseHead head(200);
  head.close = true;
  handler.answer.respond(head, "", true, kDate);
  EXPECT_TRUE(handler.has("Connection: close\r\n"));
  EXPECT_FALSE(handler.answer.keeps());
  Sheet connection;
  connection.answer.respond(ResponseHead(200), "", false, kDate);
  EXPECT_TRUE(connection.has("Connection: close\r\n"));
}

}  // namespace
}  // namespace svc
