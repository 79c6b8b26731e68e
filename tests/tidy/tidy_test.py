#!/usr/bin/env python3
"""Shows for every rule that it can fail: a small clean tree passes, one change to it is reported.

A rule without a case here fails the last test.
"""

import pathlib
import stat
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True

from tidy import RULES  # noqa: E402
from tree import Tree, code_only  # noqa: E402


def header(name, content=""):
    return f"// {name} — a part.\n#pragma once\n\n{content}namespace svc {{}}\n"


def page(signals, reference="ps 1"):
    return (".Dd November 1, 2026\n.Dt SVC-SIGNALS 7\n.Os\n.Sh NAME\n.Nm svc-signals\n.Nd signals\n"
            f".Sh DESCRIPTION\n.Bl -tag -width Ds\n.It {signals}\nSee\n.Xr {reference} .\n.El\n")


CLEAN = {
    "CMakeLists.txt": "add_subdirectory(core)\nadd_subdirectory(tests/unit)\n",
    "README.md": "# A project\n",
    ".clang-format": "BasedOnStyle: Google\nColumnLimit: 100\n",
    "core/CMakeLists.txt": "foreach(floor IN ITEMS base loop net process)\n  add_subdirectory(${floor})\nendforeach()\n",
    "core/base/CMakeLists.txt": "svc_floor(base SOURCES sys.cc part.cc deep/inner.cc)  # gone.cc\n",
    "core/base/sys.h": header("sys.h", "SVC_API int open(const char* path, int flags);\n"
                                       "SVC_API int epoll_create1(int flags);\n"),
    "core/base/sys.cc": '#include "core/base/sys.h"\n\nint sys_open() { return ::open("/", 0); }\n',
    "core/base/part.h": header("part.h"),
    "core/base/part.cc": '#include "core/base/part.h"\n\n// ::open() and epoll_create1() are far.\n'
                         'const char* kText = "::open(";\nint sum(int a) { return a.open(1); }\n',
    "core/base/deep/inner.cc": "int inner = 0;\n",
    "core/loop/CMakeLists.txt": "svc_floor(loop SOURCES loop.cc)\n",
    "core/loop/loop.cc": '#include "core/base/part.h"\n',
    "core/net/CMakeLists.txt": "svc_floor(net SOURCES ${CMAKE_CURRENT_LIST_DIR}/net.cc)\n"
                               "x(${PROJECT_SOURCE_DIR}/tests/support/shared.cc)\n",
    "tests/support/shared.cc": "int shared = 0;\n",
    "core/net/net.cc": '#include "core/loop/loop.h"\n',
    "core/sdk/svc/svc.h": header("svc.h", '#include "core/sdk/json.h"\n'),
    "core/sdk/json.h": header("json.h", "#include <string>\n"),
    "tests/unit/CMakeLists.txt": "foreach(name IN ITEMS part)\n  unit(${name}_test.cc)\nendforeach()\n",
    "tests/unit/part_test.cc": '#include "core/net/net.h"\n#include "near.h"\n',
    "tests/unit/near.h": header("near.h"),
    "tests/tidy/generated.txt": "# command -> file\nsvcctl print schema -> man/schema.json\n",
    "tests/tidy/exceptions.txt": "# none\n",
    "tests/corpus/raw": "GET / HTTP/1.1 \r\n\r\n",
    "man/schema.json": "{}\n",
    "core/process/master_signals.cc": "constexpr auto kSignals = {SIGTERM, SIGUSR1, SIGCHLD};\n",
    "core/process/CMakeLists.txt": "svc_floor(process SOURCES master_signals.cc)\n",
    "man/svc-signals.7": page(".Dv TERM , USR1"),
}

# Rule: [(files that are changed, None for removed; where it must be reported; what it must say)]
CASES = {
    "floors": [
        ({"core/base/part.cc": '#include "core/loop/loop.h"\n'}, "core/base/part.cc", "not downwards"),
        ({"core/net/net.cc": '\n#include "core/board/board.h"\n'}, "core/net/net.cc", "not downwards"),
        ({"core/net/net.cc": '#include "tests/unit/near.h"\n'}, "core/net/net.cc", "not downwards"),
        ({"core/net/net.cc": "#include <svc/svc.h>\n"}, "core/net/net.cc", "not downwards"),
        ({"core/net/net.cc": '#include "net.h"\n'}, "core/net/net.cc", "not rooted"),
        ({"config/load.cc": '#include "core/loop/loop.h"\n'}, "config/load.cc", "not downwards"),
        ({"cmd/services/a/a.cc": '#include "cmd/services/b/b.h"\n'}, "cmd/services/a/a.cc", "not down"),
        ({"core/attic/old.cc": "int old = 0;\n"}, "core/attic/old.cc", "no floor"),
    ],
    "public_headers": [
        ({"core/sdk/json.h": header("json.h", "#include <nlohmann/json.hpp>\n")},
         "core/sdk/json.h", "nlohmann/json.hpp"),
        ({"core/sdk/json.h": header("json.h", '#include "core/base/part.h"\n'),
          "core/base/part.h": header("part.h", "#include <regex>\n")}, "core/base/part.h", "regex"),
        ({"core/sdk/svc/svc.h": header("svc.h", "#include <toml++/toml.h>\n")},
         "core/sdk/svc/svc.h", "toml++"),
        ({"core/sdk/svc/svc.h": None}, "core/sdk/svc/svc.h", "is missing"),
    ],
    "system_calls": [
        ({"core/net/net.cc": "int fd = ::open(0, 0);\n"}, "core/net/net.cc", "svc::sys::open"),
        ({"core/net/net.cc": "int fd = epoll_create1(0);\n"}, "core/net/net.cc", "epoll_create1"),
        ({"core/base/part.h": header("part.h", "inline int f() { return ::open(0, 0); }\n")},
         "core/base/part.h", "open"),
        ({"tests/tidy/exceptions.txt": "system_calls core/net/net.cc open  # Once upon a time.\n"},
         "tests/tidy/exceptions.txt", "no open any more"),
        ({"core/base/sys.h": header("sys.h")}, "core/base/sys.h", "no system call"),
    ],
    "lengths": [
        ({"core/net/net.cc": "int x = 0;\n" * 401}, "core/net/net.cc", "401 lines"),
        ({"tests/unit/part_test.cc": "int x = 0;\n" * 601}, "tests/unit/part_test.cc", "601 lines"),
    ],
    "headers": [
        ({"core/base/part.h": "#pragma once\n"}, "core/base/part.h", "does not open"),
        ({"core/base/part.h": "// other.h — a part.\n#pragma once\n"}, "core/base/part.h", "does not open"),
        ({"core/base/part.h": "// part.h — a part.\n\nint x;\n"}, "core/base/part.h", "#pragma once"),
        ({"core/base/part.h": "// part.h — a part.\nint x;\n#pragma once\n"}, "core/base/part.h", "once"),
    ],
    "whitespace": [
        ({"README.md": "# A project \n"}, "README.md", "at its end"),
        ({"README.md": "# A project\r\n"}, "README.md", "at its end"),
        ({"README.md": "# A\tproject\n"}, "README.md", "tab"),
        ({"README.md": "# A project"}, "README.md", "last line"),
    ],
    "marks": [
        ({"core/net/net.cc": "// TO" "DO: the rest\n"}, "core/net/net.cc", "TO" "DO"),
        ({"packaging/script": "# FIX" "ME\n"}, "packaging/script", "FIX" "ME"),
        ({"man/page.7": ".\\\" X" "XX\n"}, "man/page.7", "X" "XX"),
    ],
    "machine_paths": [
        ({"README.md": "see /home" "/jane/svcd/\n"}, "README.md", "/home"),
        ({"man/page.7": "/root" "/svcd\n"}, "man/page.7", "/root"),
        ({"packaging/script": "cd @ROOT@ && make\n"}, "packaging/script", "elsewhere"),
    ],
    "formatting": [
        ({"core/net/net.cc": "int   x = 0;\n"}, "core/net/net.cc", "clang-format -i"),
        ({"tests/unit/near.h": header("near.h", "int   q;\n")}, "tests/unit/near.h", "clang-format"),
    ],
    "manual_form": [
        ({"man/svc-signals.7": page(".Dv TERM , USR1").replace(".El\n", "")}, "man/svc-signals.7",
         "Bl"),
    ],
    "manual_references": [
        ({"man/svc-signals.7": page(".Dv TERM , USR1", "svc-nothing 7")}, "man/svc-signals.7",
         "svc-nothing(7)"),
    ],
    "signals": [
        ({"man/svc-signals.7": page(".Dv TERM")}, "man/svc-signals.7", "USR1"),
        ({"core/process/master_signals.cc": "int none;\n"}, "core/process/master_signals.cc", "no list"),
    ],
    "top_level": [
        ({"notes.txt": "x\n"}, "notes.txt", "top level"),
        ({"scripts/a": "x\n"}, "scripts", "top level"),
    ],
    "unbuilt": [
        ({"core/base/gone.cc": "int x = 0;\n"}, "core/base/gone.cc", "nothing compiles it"),
        ({"tests/unit/other_test.cc": "int x = 0;\n"}, "tests/unit/other_test.cc", "nothing compiles"),
        ({"core/base/deep/part.cc": "int x = 0;\n"}, "core/base/deep/part.cc", "nothing compiles"),
        ({"tests/support/lonely.cc": "int x = 0;\n"}, "tests/support/lonely.cc", "nothing compiles"),
        ({"core/board/CMakeLists.txt": "svc_floor(board)\n"}, "core/board/CMakeLists.txt", "not entered"),
    ],
    "generated": [
        ({"man/schema.json": "{ }\n"}, "man/schema.json", "stale"),
        ({"man/schema.json": "{}\n{}\n"}, "man/schema.json", "stale"),
        ({"man/schema.json": None}, "man/schema.json", "missing"),
        ({"tests/tidy/generated.txt": "svcctl fail -> man/schema.json\n"},
         "tests/tidy/generated.txt", "failed"),
        ({"tests/tidy/generated.txt": "make it -> man/schema.json\n"},
         "tests/tidy/generated.txt", "expected"),
        ({"tests/tidy/generated.txt": "# nothing\n"}, "tests/tidy/generated.txt", "no rows"),
    ],
}

SVCCTL = '#!/bin/sh\n[ "$*" = "print schema" ] && echo "{}" && exit 0\necho no such >&2\nexit 1\n'


class TidyTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name).resolve() / "tree"
        self.svcctl = self.root.parent / "svcctl"
        self.svcctl.write_text(SVCCTL)
        self.svcctl.chmod(stat.S_IRWXU)

    def tree(self, changes=None, svcctl=True):
        for path, text in {**CLEAN, **(changes or {})}.items():
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                file.unlink(missing_ok=True)
            else:
                file.write_bytes(text.replace("@ROOT@", str(self.root)).encode())
        return Tree(self.root, str(self.svcctl) if svcctl else None)

    def test_a_clean_tree_passes_every_rule(self):
        tree = self.tree()
        for name, rule in RULES.items():
            with self.subTest(name):
                self.assertEqual([str(violation) for violation in rule(tree)], [])

    def test_generated_files_are_not_skipped_without_a_generator(self):
        found = list(RULES["generated"](self.tree(svcctl=False)))
        self.assertIn("no svcctl was built", found[0].text)

    def test_an_exception_that_is_listed_is_one(self):
        tree = self.tree({"core/net/net.cc": "int fd = ::open(0, 0);\n",
                          "tests/tidy/exceptions.txt": "system_calls core/net/net.cc open  # why\n"})
        self.assertEqual(list(RULES["system_calls"](tree)), [])

    def test_what_the_build_makes_is_not_looked_at(self):
        tree = self.tree({"build/release/x.cc": "int   x;", ".git/config": "\t \n"})
        self.assertNotIn("build/release/x.cc", tree.paths)
        self.assertNotIn(".git/config", tree.paths)

    def test_comments_and_literals_are_no_code(self):
        code = code_only('a /* ::open( \n */ b R"x(::open()x" c // ::open(\n"\\"::open(" d 1\'000 \'(\' e')
        self.assertNotIn("open", code)
        self.assertEqual(code.count("\n"), 2)
        for word in "abcde":
            self.assertIn(word, code)

    def test_every_rule_has_a_case(self):
        self.assertEqual(sorted(CASES), sorted(RULES))


def case_test(rule, changes, path, text):
    def test(self):
        found = list(RULES[rule](self.tree(changes)))
        self.assertEqual([violation.path for violation in found], [path],
                         "\n".join(map(str, found)) or "nothing was reported")
        self.assertIn(text, found[0].text)
    return test


for rule, cases in CASES.items():
    for number, case in enumerate(cases, 1):
        setattr(TidyTest, f"test_{rule}_{number}_is_reported", case_test(rule, *case))

if __name__ == "__main__":
    unittest.main()
