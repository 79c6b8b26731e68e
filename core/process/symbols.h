// symbols.h — from "PATH+0xOFFSET" to function, file and line, by DWARF and symbol tables (libdw).
//
// Process: a helper of the master, never the master: a symbol table is input like any other.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace svc {

// The module whose frames were loaded through a descriptor: "/proc/self/fd/N" in a worker.
struct PinnedModule {
  int descriptor = -1;
  std::string path;  // What people call it.
};

inline constexpr size_t kSymbolLineMax = 512;

// Calls on_line for each frame, as soon as it is known: "Orders::add(int) at orders.cc:41
// (orders.so+0x1a2b)"; the frame itself where nothing is known about it. Lines have no line feed
// and at most kSymbolLineMax bytes. Opens regular files only.
void resolve_frames(const std::vector<std::string>& frames, const PinnedModule& module,
                    const std::function<void(std::string_view line)>& on_line);

}  // namespace svc
