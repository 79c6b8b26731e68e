"""Rules about the manual. (svcctl(1) is held to the table of commands by a unit test.)"""

import re
import shutil
import subprocess

from tree import Violation

SIGNALS = "core/process/master_signals.cc"
SIGNAL_PAGE = "man/svc-signals.7"


def pages(tree):
    return [path for path in tree.under("man") if re.search(r"\.[1-8]$", path)]


def manual_form(tree):
    """Pages are correct mdoc."""
    program = shutil.which("mandoc")
    if program is None:
        yield Violation("mandoc", 0, "is not installed: apt-get install mandoc")
        return
    for path in pages(tree):
        said = subprocess.run([program, "-T", "lint", "-W", "warning", path], cwd=tree.root,
                              capture_output=True, text=True, check=False).stdout
        for line, what in re.findall(r"^mandoc: .+?:(\d+):\d+: (\w+: .+)$", said, re.MULTILINE):
            yield Violation(path, int(line), what)


def manual_references(tree):
    """A page of ours that another one refers to is there."""
    there = {path.removeprefix("man/") for path in pages(tree)}
    for path in pages(tree):
        for number, line in tree.lines(path):
            for name, section in re.findall(r"\.Xr (svc[\w.-]*) (\d)", line):
                if f"{name}.{section}" not in there:
                    yield Violation(path, number, f"refers to {name}({section}), which isn't there")


def signals(tree):
    """svc-signals(7) says what each signal that the master listens to means."""
    text = tree.text(SIGNALS) or ""
    listed = re.search(r"kSignals = \{([^}]*)\}", text)
    if not listed:
        yield Violation(SIGNALS, 0, "has no list kSignals")
        return
    page = "\n".join(line for _, line in tree.lines(SIGNAL_PAGE) if line.startswith(".It "))
    for name in re.findall(r"SIG(\w+)", listed[1]):
        if name != "CHLD" and not re.search(rf"\b{name}\b", page):  # The kernel's alone.
            yield Violation(SIGNAL_PAGE, 0, f"says nothing of {name}, which {SIGNALS} listens to")
