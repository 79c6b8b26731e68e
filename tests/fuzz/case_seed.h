// case_seed.h — fuzzing from the cases of tests/corpus that describe bytes (http_corpus.h).
//
// A seed's text is turned into the bytes that it describes before it is mutated, so that mutations
// happen to messages and not to escapes: case_seed.cc has the mutator for that, which libFuzzer
// finds by its name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace svc::test {

// What an input stands for, cut off at bytes_max: the bytes of a case, or the input itself.
std::string bytes_of_input(const uint8_t* data, size_t size, size_t bytes_max);

}  // namespace svc::test
