#!/usr/bin/env python3
"""What svc/svc.h brings into a service file: nothing of the libraries behind the SDK.

usage: light_headers.py SOURCE_DIR CXX_COMPILER [--time]

With --time it measures instead: seconds of compiling three typed routes with -O2 (best of three),
and the lines that the compiler reads.
"""
import os
import re
import resource
import subprocess
import sys
import tempfile

FORBIDDEN = re.compile(r"/(nlohmann|spdlog|CLI|toml\+\+|simdjson|re2)[/.]|/simdjson\.h|/c\+\+/\d+/regex$")
LINES_MAX = 110_000  # Preprocessed, without blank ones: a service file of today has fewer.


def compile_with(compiler, source_dir, *extra):
    source = os.path.join(source_dir, "tests", "installed", "three_routes.cc.in")
    command = [compiler, "-std=c++23", "-O2", f"-I{source_dir}", f"-I{source_dir}/core/sdk",
               *extra, "-x", "c++", source]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


def measure(compiler, source_dir):
    seconds = []
    with tempfile.TemporaryDirectory() as directory:
        for _ in range(3):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            compile_with(compiler, source_dir, "-c", "-o", os.path.join(directory, "three.o"))
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    print(f"three typed routes, -O2: {min(seconds):.2f} s of CPU (bound: 2.5 s on a quiet machine)")


def main():
    source_dir, compiler = sys.argv[1:3]
    if "--time" in sys.argv:
        measure(compiler, source_dir)
    names = compile_with(compiler, source_dir, "-M").replace("\\\n", " ").split()
    bad = sorted(name for name in names if FORBIDDEN.search(name))
    if bad:
        sys.exit("svc/svc.h includes " + ", ".join(bad))
    lines = compile_with(compiler, source_dir, "-E", "-P").count("\n")
    print(f"{lines} preprocessed lines (at most {LINES_MAX})")
    if lines > LINES_MAX:
        sys.exit("svc/svc.h has become heavy: put work behind .cc files")


main()
