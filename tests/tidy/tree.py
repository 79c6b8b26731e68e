"""The files that the rules look at, and what a rule reports.

A Tree is a directory: the repository, or a small one that tidy_test.py makes up. Files are read
once. What a build or git puts into the checkout is not part of it.
"""

import pathlib
import re
from dataclasses import dataclass

SKIPPED_FOLDERS = {".git", "build", ".cache", "__pycache__"}
SOURCE_FOLDERS = ("core", "cmd", "config", "tests")


@dataclass(frozen=True, order=True)
class Violation:
    path: str
    line: int  # 0: the file as a whole.
    text: str

    def __str__(self):
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.text}"


class Tree:
    def __init__(self, root, svcctl=None):
        self.root = pathlib.Path(root).resolve()
        self.svcctl = svcctl
        self.paths = sorted(self._walk(self.root))
        self._texts = {}

    def _walk(self, folder):
        for entry in folder.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                if entry.name not in SKIPPED_FOLDERS:
                    yield from self._walk(entry)
            else:
                yield entry.relative_to(self.root).as_posix()

    def text(self, path):
        """The file's text; None if it is binary or a symbolic link to nowhere."""
        if path not in self._texts:
            try:
                self._texts[path] = (self.root / path).read_bytes().decode("utf-8")
            except (UnicodeDecodeError, FileNotFoundError):
                self._texts[path] = None
            if self._texts[path] is not None and "\0" in self._texts[path]:
                self._texts[path] = None
        return self._texts[path]

    def lines(self, path):
        """(number, line) for each line of a text file."""
        return list(enumerate((self.text(path) or "").split("\n"), 1))

    def sources(self, *suffixes, folders=SOURCE_FOLDERS):
        return [p for p in self.paths
                if p.endswith(suffixes or (".h", ".cc")) and p.split("/")[0] in folders]

    def under(self, folder):
        return [p for p in self.paths if p.startswith(folder + "/")]


# Line comments, block comments, strings, raw strings, characters.
_NO_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"([^()\s\\]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'", re.DOTALL)


def code_only(text):
    """C++ without comments and literals; every line keeps its number."""
    return _NO_CODE.sub(lambda match: '""' + "\n" * match.group().count("\n"), text)
