// regex_syntax.h — checks the regular expression of a svc::Pattern in the compiler.
//
// What may stand in one is what JSON Schema (ECMA-262 with its u flag) and RE2 read in the same
// way: characters, . ^ $ | ( ) (?: ) [a-z] [^a-z], \d \w \s \D \W \S \b \B, \n \r \t \f \v \xHH,
// escaped punctuation, and * + ? {n} {n,} {n,m}, each with an optional ? behind it. So what the
// API's description promises is what is checked. No look-around and no back-references: nothing
// matches those in linear time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace svc::detail {

enum class RegexFault : uint8_t { none, bracket, repeat, escape, group, range, size };

// A descent over the grammar; after the first fault nothing else is looked at.
class RegexChecker {
 public:
  constexpr explicit RegexChecker(std::string_view text) : text_(text) {}

  constexpr RegexFault check() {
    const size_t cost = alternatives(0);
    if (fault_ == RegexFault::none && !at_end()) fail(RegexFault::bracket);  // A ) too many.
    if (fault_ == RegexFault::none && cost > kCostMax) fail(RegexFault::size);
    return fault_;
  }

 private:
  // RE2's program has about so many instructions; it would refuse a larger one at run time.
  static constexpr size_t kCostMax = 20'000;
  static constexpr size_t kAtomCost = 8;
  static constexpr size_t kRepeatMax = 1000;  // RE2's, also of nested repetitions together.
  static constexpr int kDepthMax = 50;

  constexpr bool at_end() const { return at_ >= text_.size() || fault_ != RegexFault::none; }
  constexpr char peek() const { return at_end() ? '\0' : text_[at_]; }
  constexpr bool take(std::string_view what) {
    if (at_end() || !text_.substr(at_).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }
  constexpr void fail(RegexFault fault) {
    if (fault_ == RegexFault::none) fault_ = fault;
  }

  // Each returns how much of a program it makes.
  constexpr size_t alternatives(int depth) {
    if (depth > kDepthMax) fail(RegexFault::size);
    size_t cost = 0;
    do {
      while (!at_end() && peek() != '|' && peek() != ')') cost += piece(depth);
    } while (take("|"));
    return cost;
  }

  constexpr size_t piece(int depth) {
    if (take("^") || take("$") || take("\\b") || take("\\B")) {
      if (is_quantifier()) fail(RegexFault::repeat);
      return 1;
    }
    const size_t outside = repeats_;
    repeats_ = 1;  // The most that what stands inside of this piece is repeated.
    const size_t cost = atom(depth);
    const size_t times = quantifier();
    const size_t inside = repeats_ * times;
    if (inside > kRepeatMax) fail(RegexFault::repeat);
    repeats_ = outside > inside ? outside : inside;
    return cost * (times + 1);  // x{n,} is n of them and a loop.
  }

  constexpr bool is_quantifier() const {
    const char c = peek();
    return c == '*' || c == '+' || c == '?' || c == '{';
  }

  constexpr size_t number() {
    size_t value = 0;
    const size_t from = at_;
    while (!at_end() && peek() >= '0' && peek() <= '9') {
      value = value * 10 + static_cast<size_t>(text_[at_++] - '0');
      if (value > kRepeatMax) fail(RegexFault::repeat);
    }
    if (at_ == from) fail(RegexFault::repeat);
    return value;
  }

  constexpr size_t quantifier() {
    size_t times = 1;
    if (take("{")) {
      const size_t least = number();
      times = least;
      if (take(",") && peek() != '}') {
        times = number();
        if (times < least) fail(RegexFault::repeat);
      }
      if (!take("}")) fail(RegexFault::repeat);
    } else if (!take("*") && !take("+") && !take("?")) {
      return 1;
    }
    take("?");
    if (is_quantifier()) fail(RegexFault::repeat);
    return times > 0 ? times : 1;  // x{0} is parsed all the same.
  }

  constexpr size_t atom(int depth) {
    if (take("(")) {
      if (peek() == '?' && !take("?:")) fail(RegexFault::group);
      const size_t cost = alternatives(depth + 1);
      if (!take(")")) fail(RegexFault::bracket);
      return cost + 2;
    }
    if (take("[")) {
      character_class();
    } else if (take("\\")) {
      escape(false);
    } else if (is_quantifier()) {
      fail(RegexFault::repeat);
    } else if (peek() == ']' || peek() == '}') {
      fail(RegexFault::bracket);
    } else {
      character();
    }
    return kAtomCost;
  }

  // One character, all of its bytes.
  constexpr void character() {
    ++at_;
    while (at_ < text_.size() && (static_cast<unsigned char>(text_[at_]) & 0xC0) == 0x80) ++at_;
  }

  static constexpr int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  }

  // Behind the backslash. Returns the one character that it stands for, or -1: several.
  constexpr int escape(bool in_class) {
    const char c = peek();
    if (at_end()) {
      fail(RegexFault::escape);
      return -1;
    }
    ++at_;
    if (std::string_view("dDwWsS").find(c) != std::string_view::npos) return -1;
    constexpr std::string_view controls = "nrtfv";
    if (const size_t i = controls.find(c); i != std::string_view::npos) return "\n\r\t\f\v"[i];
    if (c == 'x') {
      const int high = at_ < text_.size() ? hex(text_[at_]) : -1;
      const int low = at_ + 1 < text_.size() ? hex(text_[at_ + 1]) : -1;
      // Above ASCII the two would read another character each.
      if (high < 0 || low < 0 || high > 7) fail(RegexFault::escape);
      at_ += 2;
      return high * 16 + low;
    }
    const bool punctuation = std::string_view("^$\\.*+?()[]{}|/").find(c) != std::string_view::npos;
    if (!punctuation && !(in_class && c == '-')) fail(RegexFault::escape);
    return c;
  }

  // One member of a class: its character, or -1 for what can't begin or end a range.
  constexpr int class_member() {
    if (take("\\")) return escape(true);
    const char c = peek();
    if (c == '[') fail(RegexFault::bracket);
    character();
    return static_cast<unsigned char>(c) < 0x80 ? c : -1;
  }

  constexpr void character_class() {
    take("^");
    if (peek() == ']') fail(RegexFault::range);
    while (!at_end() && peek() != ']') {
      const int from = class_member();
      if (at_end() || peek() != '-' || at_ + 1 >= text_.size() || text_[at_ + 1] == ']') continue;
      ++at_;
      const int to = class_member();
      if (from < 0 || to < 0 || from > to) fail(RegexFault::range);
    }
    if (!take("]")) fail(RegexFault::bracket);
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t repeats_ = 1;
  RegexFault fault_ = RegexFault::none;
};

consteval RegexFault check_regex(std::string_view text) { return RegexChecker(text).check(); }

}  // namespace svc::detail
