#!/usr/bin/env python3
"""The script that runs in the sandbox: calls one case.

usage: inside.py FOLDER CASE
"""
import sys

sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True

import cases  # noqa: E402
import packages  # noqa: E402

name = sys.argv[2]
case = getattr(cases, name, None) or getattr(packages, name, None)
if case is None:
    sys.exit(f"no case {name}")
try:
    case()
except AssertionError as error:
    sys.exit(f"{name}: {error}")
