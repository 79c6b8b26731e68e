"""Rules about what is built and generated from what."""

import difflib
import re
import shlex
import subprocess

from tree import Violation

TOP_LEVEL = {"CMakeLists.txt", "CMakePresets.json", "cmd", "core", "config", "tests", "packaging",
             "man", "README.md", "LICENSE", "CHANGELOG.md"}

GENERATED = "tests/tidy/generated.txt"
GENERATOR_SECONDS = 60


def top_level(tree):
    """The top level holds what a newcomer must see, and dot files."""
    for name in sorted({path.split("/")[0] for path in tree.paths}):
        if name not in TOP_LEVEL and not name.startswith("."):
            yield Violation(name, 0, "does not belong to the top level")


def cmake_text(tree, folder=None):
    """What the build says in a folder, or everywhere; without comments."""
    files = [p for p in tree.paths if p.split("/")[-1] == "CMakeLists.txt" or p.endswith(".cmake")]
    if folder is not None:
        files = [p for p in files if p.rpartition("/")[0] == folder]
    text = "\n".join(re.sub(r"#.*", "", tree.text(p) or "") for p in files)
    return re.sub(r"\$\{CMAKE_CURRENT_(?:LIST|SOURCE)_DIR\}/(?!\.)", "", text)


def says(text, word):
    return re.search(rf"(?<![\w./-]){re.escape(word)}(?![\w./-])", text) is not None


def mentioned(text, word):
    """Is `word` in the text, whole or as ${name}_test.cc with its name beside it?"""
    if says(text, word):
        return True
    for template in set(re.findall(r"[\w./-]*\$\{\w+\}[\w./-]*", text)):
        before, after = re.fullmatch(r"(.*?)\$\{\w+\}(.*)", template).groups()
        name = word[len(before):len(word) - len(after)]
        if name and word == before + name + after and says(text, name):
            return True
    return False


def reached(tree, path):
    """Does the build of the path's folder, or of one above it, mention it?"""
    parts = path.split("/")
    return any(mentioned(cmake_text(tree, "/".join(parts[:depth])), "/".join(parts[depth:]))
               for depth in range(len(parts) - 1, -1, -1))


def unbuilt(tree):
    """Every source is compiled, and every folder with a CMakeLists.txt is entered."""
    everywhere = cmake_text(tree)
    for path in tree.sources(".cc"):
        # ${PROJECT_SOURCE_DIR}/tests/support/x.cc, from wherever.
        from_root = re.search(rf"\}}(?:/\.\.)*/{re.escape(path)}(?![\w./-])", everywhere)
        if not from_root and not reached(tree, path):
            yield Violation(path, 0, "is in no CMakeLists.txt: nothing compiles it")
    for path in tree.paths:
        folder, _, name = path.rpartition("/")
        if name == "CMakeLists.txt" and folder and not reached(tree, folder):
            yield Violation(path, 0, "is not entered: no add_subdirectory above leads here")


def rows(tree):
    """(line, command, path) of the table; a line is `svcctl WORD... -> PATH`."""
    for number, line in tree.lines(GENERATED):
        line = line.split("#")[0].strip()
        if line:
            command, _, path = line.partition("->")
            yield number, shlex.split(command), path.strip()


def generate(tree, command):
    """What the command prints, or raises OSError or SubprocessError."""
    return subprocess.run([tree.svcctl, *command[1:]], cwd=tree.root, capture_output=True, text=True,
                          timeout=GENERATOR_SECONDS, check=True).stdout


def generated(tree):
    """What is generated is as its generator prints it today."""
    count = 0
    for number, command, path in rows(tree):
        count += 1
        if not path or not command or command[0] != "svcctl":
            yield Violation(GENERATED, number, "expected 'svcctl WORD... -> PATH'")
        elif tree.svcctl is None:
            yield Violation(GENERATED, number, "no svcctl was built to print it: --svcctl PROGRAM")
        elif path not in tree.paths:
            yield Violation(path, 0, "is missing: tests/tidy/tidy.py --update writes it")
        else:
            try:
                fresh = generate(tree, command)
            except (OSError, subprocess.SubprocessError) as error:
                said = (getattr(error, "stderr", None) or "").strip()
                yield Violation(GENERATED, number, f"{shlex.join(command)} failed: {error} {said}")
                continue
            lines = zip(*[(fresh if side else tree.text(path)).split("\n") + [None] for side in (0, 1)])
            stale = next((at for at, (ours, theirs) in enumerate(lines, 1) if ours != theirs), None)
            if stale:
                yield Violation(path, stale, "is stale: tests/tidy/tidy.py --update writes it anew")
    if count == 0:
        yield Violation(GENERATED, 0, "has no rows, or is missing")


def update(tree):
    """Writes all generated files anew; prints what changed."""
    for _, command, path in rows(tree):
        old = (tree.root / path).read_text("utf-8") if (tree.root / path).exists() else ""
        new = generate(tree, command)
        (tree.root / path).write_text(new, "utf-8")
        changed = sum(line[0] in "+-" for line in difflib.ndiff(old.split("\n"), new.split("\n")))
        print(f"{path}: {changed} lines changed")
