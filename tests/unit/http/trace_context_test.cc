// W3C Trace Context: what is believed of a client's traceparent, and what is made without one.
#include "core/http/trace_context.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/http/message.h"

namespace svc {
namespace {

constexpr std::string_view kParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

RequestHead with(const std::vector<HeaderField>& fields) {
  RequestHead head;
  head.headers = fields;
  return head;
}

TEST(TraceContext, TakesWhatAClientSays) {
  const auto taken = parse_traceparent(kParent);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->trace_id(), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(taken->parent_id(), "b7ad6b7169203331");
  EXPECT_TRUE(taken->sampled());
  EXPECT_FALSE(parse_traceparent(std::string(kParent.substr(0, 53)) + "00")->sampled());
  // Flags that version 00 doesn't know are not handed on.
  EXPECT_EQ(parse_traceparent(std::string(kParent.substr(0, 53)) + "fe")->flags, 0);
}

TEST(TraceContext, RefusesWhatIsWrong) {
  const std::string text(kParent);
  EXPECT_FALSE(parse_traceparent(""));
  EXPECT_FALSE(parse_traceparent(text.substr(0, 54)));
  EXPECT_FALSE(parse_traceparent(text + "-x"));
  EXPECT_FALSE(parse_traceparent(text + " "));
  for (const size_t at : {0, 2, 3, 35, 36, 52, 53}) {
    std::string broken = text;
    broken[at] = 'A';  // Upper case is as wrong as any other letter.
    EXPECT_FALSE(parse_traceparent(broken)) << at;
  }
  EXPECT_FALSE(parse_traceparent("00-00000000000000000000000000000000-b7ad6b7169203331-01"));
  EXPECT_FALSE(parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"));
}

TEST(TraceContext, ReadsWhatItKnowsOfALaterVersion) {
  std::string text(kParent);
  text.replace(0, 2, "cc");
  EXPECT_TRUE(parse_traceparent(text));
  EXPECT_TRUE(parse_traceparent(text + "-what-the-future-brings"));
  EXPECT_FALSE(parse_traceparent(text + ".what-the-future-brings"));
  text.replace(0, 2, "ff");
  EXPECT_FALSE(parse_traceparent(text));
  EXPECT_TRUE(parse_traceparent(kParent)->traceparent().starts_with("00-"));
}

TEST(TraceContext, IsMadeWhereTheClientSaysNothingOrTwoThings) {
  const std::vector<HeaderField> none;
  const TraceContext made = make_trace(with(none));
  EXPECT_TRUE(made.parent_id().empty());
  EXPECT_FALSE(made.sampled());
  EXPECT_TRUE(parse_traceparent(made.traceparent())) << made.traceparent();
  EXPECT_NE(make_trace(with(none)).trace_id(), made.trace_id());
  const std::vector<HeaderField> two = {{"traceparent", kParent}, {"Traceparent", kParent}};
  EXPECT_TRUE(make_trace(with(two)).parent_id().empty());
}

TEST(TraceContext, OfARequestStaysTheSame) {
  const std::vector<HeaderField> fields = {{"TraceParent", kParent}};
  const RequestHead head = with(fields);
  RequestTrace trace;
  EXPECT_EQ(trace.get(), nullptr);
  const TraceContext first = trace.of(head);
  EXPECT_EQ(trace.of(head), first);
  EXPECT_EQ(trace.get()->trace_id(), kParent.substr(3, 32));
  EXPECT_EQ(first.traceparent().substr(0, 36), kParent.substr(0, 36));
  EXPECT_NE(first.span_id(), "b7ad6b7169203331") << "a span of its own";
  trace.clear();
  EXPECT_NE(trace.of(head).span_id(), first.span_id());
}

}  // namespace
}  // namespace svc
