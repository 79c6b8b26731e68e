#!/usr/bin/env python3
"""tidy.py — holds the tree to its own rules; each rule is a test of ctest -L tidy.

  tidy.py [--svcctl PROGRAM] [--root FOLDER] [RULE...]   checks all rules, or these
  tidy.py --list                                         names them, one a line
  tidy.py --update --svcctl PROGRAM                      writes the generated files anew

tidy_test.py shows for every rule that it can fail. Needs only Debian's python3.
"""

import argparse
import pathlib
import sys

sys.dont_write_bytecode = True  # The checkout may be read-only, and stays as it was.

import build  # noqa: E402
import includes  # noqa: E402
import manual  # noqa: E402
import texts  # noqa: E402
from tree import Tree  # noqa: E402

RULES = {rule.__name__: rule for rule in (
    includes.floors, includes.public_headers, includes.system_calls,
    texts.lengths, texts.headers, texts.whitespace, texts.marks, texts.machine_paths,
    texts.formatting,
    manual.manual_form, manual.manual_references, manual.signals,
    build.top_level, build.unbuilt, build.generated)}


def main():
    parser = argparse.ArgumentParser(description="Holds the tree to its own rules.")
    parser.add_argument("--root", default=pathlib.Path(__file__).resolve().parents[2])
    parser.add_argument("--svcctl", help="the program that prints the generated files")
    parser.add_argument("--list", action="store_true", help="print the rules' names")
    parser.add_argument("--update", action="store_true", help="write the generated files anew")
    parser.add_argument("rules", nargs="*", metavar="RULE")
    options = parser.parse_args()
    if options.list:
        print("\n".join(RULES))
        return 0
    unknown = [name for name in options.rules if name not in RULES]
    if unknown:
        parser.error(f"no rule {unknown[0]}; there are: {', '.join(RULES)}")

    svcctl = str(pathlib.Path(options.svcctl).resolve()) if options.svcctl else None
    tree = Tree(options.root, svcctl)
    if options.update:
        build.update(tree)
        return 0
    found = 0
    for name in options.rules or RULES:
        for violation in sorted(RULES[name](tree)):
            print(f"{violation} [{name}]")
            found += 1
    print(f"tidy: {found} violations" if found else "tidy: clean")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
