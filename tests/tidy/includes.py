"""Rules about who may include whom, and who may call the kernel."""

import re

from tree import Violation, code_only

# The floors from the ground up; those on one line are siblings (man svc-design).
FLOORS = [
    ["core/base"],
    ["core/loop", "config"],
    ["core/net", "core/board", "core/control"],
    ["core/http", "core/process"],
    ["core/sdk"],
    ["core/builtin"],
    ["core/server"],
    ["cmd/services/storage"],  # What several services share.
    ["cmd/svcd", "cmd/svcctl", "cmd/services"],
    ["tests"],
]
HEIGHT = {floor: height for height, row in enumerate(FLOORS) for floor in row}

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)
PUBLIC_HEADER = "core/sdk/svc/svc.h"
PRIVATE_LIBRARIES = re.compile(r"^(nlohmann/|spdlog/|CLI/|toml\+\+/|toml\.hpp|regex$)")


def floor_of(path):
    """The floor of a file, None if it stands on none. Each service is a sibling of the others."""
    if path.startswith("cmd/services/"):
        return "/".join(path.split("/")[:3])
    return next((floor for floor in HEIGHT if path.startswith(floor + "/")), None)


def height_of(floor):
    return HEIGHT.get(floor, HEIGHT["cmd/services"])


def includes(tree, path):
    """(line, name, whether in quotes); <svc/x.h>, as services write it, is core/sdk/svc/x.h."""
    text = tree.text(path) or ""
    for match in INCLUDE.finditer(text):
        name = match.group(1) or match.group(2)
        quoted = match.group(1) is not None
        if not quoted and name.startswith("svc/"):
            name, quoted = "core/sdk/" + name, True
        yield text.count("\n", 0, match.start(1 if match.group(1) else 2)) + 1, name, quoted


def floors(tree):
    """Includes go strictly downwards; siblings never include each other."""
    for path in tree.sources(".h", ".cc", ".def"):
        own = floor_of(path)
        if own is None:
            yield Violation(path, 0, "stands on no floor: tests/tidy/includes.py has the table")
            continue
        for line, name, quoted in includes(tree, path):
            if not quoted:
                continue
            other = floor_of(name)
            beside = own == "tests" and f"{path.rsplit('/', 1)[0]}/{name}" in tree.paths
            if other is None and not beside:
                yield Violation(path, line, f"includes {name}, which is not rooted at the repository")
            elif other is not None and other != own and height_of(other) >= height_of(own):
                yield Violation(path, line, f"includes {name}: from {own} that is not downwards")


def public_headers(tree):
    """Headers that a service sees include no library that the SDK keeps to itself."""
    if PUBLIC_HEADER not in tree.paths:
        yield Violation(PUBLIC_HEADER, 0, "is missing: services include it")
        return
    seen, waiting = {PUBLIC_HEADER}, [PUBLIC_HEADER]
    while waiting:
        path = waiting.pop()
        for line, name, quoted in includes(tree, path):
            if PRIVATE_LIBRARIES.match(name):
                yield Violation(path, line, f"includes {name} and is reachable from {PUBLIC_HEADER}")
            elif quoted and name in tree.paths and name not in seen:
                seen.add(name)
                waiting.append(name)


DOOR = "core/base/sys.h"
# What the door has and others have by the same name too: only ::name(...) is surely the system's.
COMMON_NAMES = {"access", "bind", "close", "connect", "fork", "kill", "link", "listen", "open",
                "poll", "read", "recv", "rename", "send", "shutdown", "stat", "unlink", "write"}


def door(tree):
    """The functions that sys.h declares."""
    text = code_only(tree.text(DOOR) or "")
    return set(re.findall(r"^SVC_API[\w\s*]*?[\s*](\w+)\(", text, re.MULTILINE))


def exceptions(tree, rule):
    """{path: names} from the table; a line is `RULE PATH NAME... # why`."""
    allowed = {}
    for _, line in tree.lines("tests/tidy/exceptions.txt"):
        words = line.split("#")[0].split()
        if words and words[0] == rule:
            allowed.setdefault(words[1], set()).update(words[2:])
    return allowed


def system_calls(tree):
    """System calls go through core/base/sys.h, so that tests can make them fail."""
    names = door(tree)
    if not names:
        yield Violation(DOOR, 0, "declares no system call that could be watched")
        return
    every = "|".join(sorted(names))
    unmistakable = "|".join(sorted(names - COMMON_NAMES)) or r"(?!)"
    # ::name( from the global namespace, and the bare name where nothing else has it.
    call = re.compile(rf"(?<![\w>:])::({every})\s*\(|(?<![\w.:>~])({unmistakable})\s*\(")
    allowed = exceptions(tree, "system_calls")
    used = {path: set() for path in allowed}
    for path in tree.sources(".h", ".cc", folders=("core", "cmd", "config")):
        if path in (DOOR, "core/base/sys.cc"):
            continue
        text = code_only(tree.text(path) or "")
        for match in call.finditer(text):
            name = match.group(1) or match.group(2)
            if name in allowed.get(path, ()):
                used[path].add(name)
                continue
            line = text.count("\n", 0, match.start(1 if match.group(1) else 2)) + 1
            yield Violation(path, line, f"calls {name} itself: use svc::sys::{name} ({DOOR})")
    for path, listed in sorted(allowed.items()):
        for name in sorted(listed - used[path]):
            yield Violation("tests/tidy/exceptions.txt", 0, f"{path} has no {name} any more")
