#include "core/sdk/multipart_parser.h"

#include <gtest/gtest.h>

#include <string>

namespace svc {
namespace {

using Step = MultipartParser::Step;

constexpr std::string_view kType = "multipart/form-data; boundary=XX";

// What a body says, in one text: "[name|filename|type]content;" for each part, "!why" if it fails.
std::string read_all(std::string_view body, size_t piece, std::string_view type = kType,
                     MultipartLimits limits = {}) {
  auto parser = MultipartParser::for_type(type, limits);
  if (!parser) return "!" + parser.error().text;
  std::string said;
  for (;;) {
    switch (parser->next()) {
      case Step::more:
        if (body.empty()) {
          parser->end();
        } else {
          parser->add(body.substr(0, piece));
          body.remove_prefix(std::min(piece, body.size()));
        }
        break;
      case Step::part: {
        const PartHead& head = parser->head();
        said += "[" + head.name + "|" + head.filename.value_or("-") + "|" + head.content_type + "]";
        break;
      }
      case Step::content:
        EXPECT_FALSE(parser->content().empty());
        said += parser->content();
        break;
      case Step::part_end:
        said += ";";
        break;
      case Step::end:
        return said;
      case Step::failed:
        return said + "!" + parser->error();
    }
  }
}

// The same whichever way it is cut.
std::string read_cut(std::string_view body, std::string_view type = kType) {
  const std::string whole = read_all(body, SIZE_MAX, type);
  for (size_t piece = 1; piece < body.size(); ++piece) {
    EXPECT_EQ(read_all(body, piece, type), whole) << "in pieces of " << piece;
  }
  return whole;
}

std::string part(std::string_view disposition, std::string_view content,
                 std::string_view more = {}) {
  return "--XX\r\nContent-Disposition: form-data; " + std::string(disposition) + "\r\n" +
         std::string(more) + "\r\n" + std::string(content) + "\r\n";
}

TEST(MultipartParser, ReadsPartsHoweverTheyAreCut) {
  EXPECT_EQ(
      read_cut(part("name=\"a\"", "1") +
               part("name=b; filename=\"f.txt\"", "two\r\nlines", "Content-Type: text/csv\r\n") +
               "--XX--\r\n"),
      "[a|-|text/plain]1;[b|f.txt|text/csv]two\r\nlines;");
  EXPECT_EQ(read_cut("--XX--"), "");
  EXPECT_EQ(read_cut(part("name=\"\"", "") + "--XX--\r\nepilogue\r\n--XX\r\n"), "[|-|text/plain];");
}

TEST(MultipartParser, TakesWhatOnlyLooksLikeABoundaryAsContent) {
  const std::string content = "\r\n--X\r\n--Y\r\n-\r\n\r\r\n--x\r\n\r--XX\n--XX --XX";
  EXPECT_EQ(read_cut(part("name=a", content) + "--XX--"), "[a|-|text/plain]" + content + ";");
}

TEST(MultipartParser, AllowsAPreambleAndBlanksBehindABoundary) {
  EXPECT_EQ(read_cut("for old clients\r\n--XX \t\r\nContent-Disposition: form-data; name=a\r\n\r\n1"
                     "\r\n--XX--"),
            "[a|-|text/plain]1;");
}

TEST(MultipartParser, KeepsEveryByteOfAFile) {
  std::string bytes;
  for (int i = 0; i < 256 * 40; ++i) bytes += static_cast<char>(i * 7 + i / 256);
  EXPECT_EQ(read_all(part("name=a", bytes) + "--XX--", 100), "[a|-|text/plain]" + bytes + ";");
}

TEST(MultipartParser, RefusesABodyThatIsCutAnywhere) {
  const std::string body = part("name=a", "1") + part("name=b", "2") + "--XX--";
  for (size_t size = 0; size < body.size(); ++size) {
    EXPECT_NE(read_all(body.substr(0, size), SIZE_MAX).find("!the body ended within"),
              std::string::npos)
        << size;
  }
}

TEST(MultipartParser, RefusesALineThatOnlyBeginsWithTheBoundary) {
  for (const char* const line :
       {"--XXY\r\n", "--XX-\r\n", "--XX x\r\n", "--XX\n", "--XX -- \r\n"}) {
    EXPECT_NE(read_cut(part("name=a", "1") + line + "--XX--").find("!a line begins"),
              std::string::npos)
        << line;
  }
  EXPECT_EQ(read_all(std::string(10'000, 'x'), 100), "!the body does not begin with its boundary");
}

TEST(MultipartParser, RefusesHeadsThatAreNone) {
  const auto head = [](std::string_view text) {
    return read_cut("--XX\r\n" + std::string(text) + "\r\n\r\n1\r\n--XX--");
  };
  EXPECT_EQ(head(""), "!a part has no Content-Disposition");
  EXPECT_EQ(head("Content-Type: text/plain"), "!a part has no Content-Disposition");
  EXPECT_EQ(head("Content-Disposition: form-data"), "!a part has no name");
  EXPECT_EQ(head("Content-Disposition: attachment; name=a"),
            "!a part's Content-Disposition is not form-data");
  EXPECT_EQ(head("Content-Disposition: form-data; name=a\r\n folded: 1"),
            "!a part's head has a line that is no field");
  EXPECT_EQ(head("Content-Disposition : form-data; name=a"),
            "!a part's head has a line that is no field");
  EXPECT_EQ(head("Content-Disposition: form-data; name=a\nX: 1"),
            "!a part's head has a control character");
  EXPECT_EQ(head("Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64"),
            "!a part has a Content-Transfer-Encoding: send its bytes as they are");
}

TEST(MultipartParser, BoundsHeadsFieldsAndParts) {
  const MultipartLimits limits{.parts_max = 2, .head_max = 100};
  const std::string two = part("name=a", "1") + part("name=b", "2");
  EXPECT_EQ(read_all(two + "--XX--", 7, kType, limits), "[a|-|text/plain]1;[b|-|text/plain]2;");
  EXPECT_NE(
      read_all(two + part("name=c", "3") + "--XX--", 7, kType, limits).find("!the body has too"),
      std::string::npos);
  const std::string long_field = "X: " + std::string(100, 'x') + "\r\n";
  for (const size_t piece : {size_t{1}, size_t{50}, SIZE_MAX}) {
    EXPECT_EQ(read_all(part("name=a", "1", long_field), piece, kType, limits),
              "!a part's head is too large");
  }
  std::string fields;
  for (size_t i = 0; i <= PartHead::kFieldsMax; ++i) fields += "X: 1\r\n";
  EXPECT_EQ(read_all(part("name=a", "1", fields), 9), "!a part's head has too many fields");
}

TEST(MultipartParser, WantsABoundaryThatCanBeOne) {
  const auto with = [](std::string_view boundary) {
    return read_all("", 1, "multipart/form-data; boundary=" + std::string(boundary));
  };
  EXPECT_EQ(read_all("", 1, "multipart/form-data"),
            "!the Content-Type of a multipart body has no boundary");
  for (const std::string& bad : {std::string(), std::string("\"\""), std::string("\"a \""),
                                 std::string("a\"b"), std::string(71, 'x'), std::string("ä")}) {
    EXPECT_EQ(with(bad), "!the boundary of the body can't be one") << bad;
  }
  EXPECT_NE(with(std::string(70, 'x')), "!the boundary of the body can't be one");
  EXPECT_EQ(read_all("--a b?:=/\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--a b?:=/--",
                     3, "multipart/form-data; boundary=\"a b?:=/\""),
            "[a|-|text/plain]1;");
}

TEST(MultipartParser, AFileNameIsNoPath) {
  const auto name = [](std::string_view parameters) {
    const std::string said =
        read_all(part("name=a; " + std::string(parameters), "") + "--XX--", SIZE_MAX);
    return said.substr(3, said.find("|text") - 3);
  };
  EXPECT_EQ(name("filename=\"../../etc/passwd\""), "passwd");
  EXPECT_EQ(name("filename=\"C:\\dir\\photo.jpg\""), "photo.jpg");
  EXPECT_EQ(name("filename=\"..\""), "");
  EXPECT_EQ(name("filename=\"\""), "");
  EXPECT_EQ(name("filename=\"a\tb\""), "a b");
  EXPECT_EQ(name("filename=\"Z\xc3\xbcrich \xff\""), "Z\xc3\xbcrich \xef\xbf\xbd");
  EXPECT_EQ(name("filename=old; filename*=UTF-8'en'%e2%82%ac%2F..%2Frates.txt"), "rates.txt");
  EXPECT_EQ(name("filename=\"old.txt\"; filename*=iso-8859-1''%A3.txt"), "old.txt");
  EXPECT_EQ(name("filename=\"old.txt\"; filename*=UTF-8''%zz"), "old.txt");
}

}  // namespace
}  // namespace svc
