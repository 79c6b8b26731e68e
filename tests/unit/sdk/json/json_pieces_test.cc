#include "core/sdk/json/json_pieces.h"

#include <gtest/gtest.h>

#include <vector>

namespace svc {
namespace {

std::vector<std::string> pieces_of(std::string_view json) {
  std::vector<std::string> found;
  JsonPieces pieces(json);
  for (auto piece = pieces.next(); !piece.empty(); piece = pieces.next()) found.emplace_back(piece);
  EXPECT_EQ(pieces.next(), "");
  return found;
}
using Texts = std::vector<std::string>;

TEST(JsonPieces, AreTheValuesOfAList) {
  EXPECT_EQ(pieces_of(R"( [ 1.10 ,"a,]\"" , [ [], {} ],{"x":[2]},null ] )"),
            (Texts{"1.10", R"("a,]\"")", "[ [], {} ]", R"({"x":[2]})", "null"}));
}

TEST(JsonPieces, AreTheValuesOfAnObject) {
  EXPECT_EQ(pieces_of(R"({"a":1, "b\"}" : "x:" ,"c":{"d":[1,{}]}})"),
            (Texts{"1", R"("x:")", R"({"d":[1,{}]})"}));
}

TEST(JsonPieces, AreNoneInWhatIsEmptyOrNeither) {
  for (const char* json : {"[]", "{ }", " 17 ", "\"[1]\"", ""}) EXPECT_EQ(pieces_of(json), Texts());
}

TEST(CompactJson, LeavesOutTheBlanksBetweenThePartsOnly) {
  EXPECT_EQ(compact_json(" { \"a b\" : [ 1.0 ,\r\n\t\" \\\" \" ] } "), R"({"a b":[1.0," \" "]})");
  EXPECT_EQ(compact_json("7 "), "7");
}

}  // namespace
}  // namespace svc
