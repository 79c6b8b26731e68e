"""Rules about what stands in files."""

import os
import pathlib
import re
import shutil
import subprocess

from tree import Violation

LINES_MAX = {"core": 400, "cmd": 400, "config": 400, "tests": 600}

# Raw requests and broken configurations: white space is what they are about.
VERBATIM = ("tests/corpus/",)

MARK = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX)\b")

# Homes of people and of build users. Where this checkout lies is added in machine_paths().
HOMES = r"/(?:home|Users)/[\w.-]+/|/root\b/"


def lengths(tree):
    """Files are short: a reader must be able to hold one in mind."""
    for path in tree.sources(".h", ".cc", ".py", ".def"):
        count = (tree.text(path) or "").count("\n")
        most = LINES_MAX[path.split("/")[0]]
        if count > most:
            yield Violation(path, 0, f"has {count} lines; {most} is the most")


def headers(tree):
    """A header opens with its name and purpose, and is included once."""
    for path in tree.sources(".h"):
        lines = [line for _, line in tree.lines(path)]
        name = pathlib.PurePath(path).name
        if not lines[0].startswith(f"// {name} — "):
            yield Violation(path, 1, f"does not open with '// {name} — what it is'")
        code = [line for line in lines if line.strip() and not line.startswith("//")]
        if not code or code[0] != "#pragma once":
            yield Violation(path, 0, "has no '#pragma once' right behind its opening comment")


def whitespace(tree):
    """No blanks at line ends, no tabs, no carriage returns; the last line has an end."""
    for path in tree.paths:
        text = tree.text(path)
        if not text or path.startswith(VERBATIM):
            continue
        for number, line in tree.lines(path):
            if line != line.rstrip():
                yield Violation(path, number, "has white space at its end")
            elif "\t" in line:
                yield Violation(path, number, "has a tab")
        if not text.endswith("\n"):
            yield Violation(path, 0, "does not end its last line")


def marks(tree):
    """What is not finished is not committed."""
    for path in tree.paths:
        for number, line in tree.lines(path):
            if MARK.search(line):
                yield Violation(path, number, f"has the mark {MARK.search(line).group()}")


def machine_paths(tree):
    """No path of the machine that something was written on."""
    places = HOMES
    if len(tree.root.parts) > 2:  # "/svcd" alone may well be a route in a test.
        places += rf"|{re.escape(str(tree.root))}(?![\w.-])"
    pattern = re.compile(rf"(?<![\w.~-])(?:{places})")
    for path in tree.paths:
        for number, line in tree.lines(path):
            if pattern.search(line):
                yield Violation(path, number, f"names {pattern.search(line).group()}, which is elsewhere "
                                              "on other machines")


def formatter():
    """clang-format 14, Debian 12's: other versions break lines in other places."""
    for name in ("clang-format-14", "clang-format"):
        program = shutil.which(name)
        if program:
            version = subprocess.run([program, "--version"], capture_output=True, text=True,
                                     check=False).stdout
            if re.search(r"version 14\.", version):
                return program
    return None


def formatting(tree):
    """Sources are as clang-format leaves them."""
    program = formatter()
    if program is None:
        yield Violation("clang-format", 0, "version 14 is not installed: apt-get install clang-format")
        return
    paths = tree.sources()
    batch = max(1, -(-len(paths) // (4 * (os.cpu_count() or 1))))
    runs = [subprocess.Popen([program, "--dry-run", "-Werror", *paths[at:at + batch]],
                             cwd=tree.root, stderr=subprocess.PIPE, text=True)
            for at in range(0, len(paths), batch)]
    for run in runs:
        _, said = run.communicate()
        places = re.findall(r"^(.+?):(\d+):\d+: error:", said, re.MULTILINE)
        for path, line in {path: int(line) for path, line in reversed(places)}.items():
            yield Violation(path, line, "is not as clang-format leaves it: clang-format -i")
        if run.returncode != 0 and not places:
            yield Violation("clang-format", 0, said.strip() or f"exit {run.returncode}")
