#!/usr/bin/env python3
"""Runs one case in a sandbox with a systemd of its own, or prepares what cases share.

usage: lab.py BUILD_DIR CMAKE CASE|tree|packages

  tree        lays the build out as in /usr, in BUILD_DIR/systemd/tree; most cases run on that
  packages    has cpack make the packages in BUILD_DIR/packages
  CASE        a function of cases.py or packages.py, called inside the sandbox by inside.py

Exit status 77: can't be tested here; why is said.
"""
import glob
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.dirname(os.path.dirname(HERE))
LAB = os.path.join(os.path.dirname(HERE), "support", "systemd-lab")
SKIPPED = 77
TESTS = "usr/lib/svcd-tests"  # In the sandbox.


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def run(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=280, check=False, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit status {done.returncode}\n{done.stdout[-6000:]}")
    return done.stdout


def check_lab():
    done = subprocess.run([LAB, "check"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, timeout=60)
    if done.returncode != 0:
        skip("no sandbox with a systemd can be had here: " + "; ".join(done.stdout.split("\n")))
    if not os.path.exists("/lib/systemd/systemd"):
        skip("no systemd is installed: packaging/dependencies test")


def tree(build, cmake):
    """What `cmake --install --prefix /usr` lays out, and a service of the host's own."""
    stage = os.path.join(build, "systemd", "tree")
    shutil.rmtree(stage, ignore_errors=True)
    run(cmake, "--install", build, "--prefix", "/usr", "--component", "svcd",
        env={**os.environ, "DESTDIR": stage})
    add_own_service(build, stage)


def add_own_service(build, stage):
    services = os.path.join(stage, "usr/local/lib/svcd/services")
    os.makedirs(services)
    shutil.copy(os.path.join(build, "services", "chaos.so"), services)


def packages(build, cmake):
    shutil.rmtree(os.path.join(build, "packages"), ignore_errors=True)
    cpack = os.path.join(os.path.dirname(cmake), "cpack")
    print(run(cpack, "--config", os.path.join(build, "CPackConfig.cmake"), cwd=build)[-600:])
    found = glob.glob(os.path.join(build, "packages", "*.deb"))
    if len(found) != 2:
        sys.exit(f"expected two packages, found {found}")


def lintian(build):
    if shutil.which("lintian") is None:
        skip("no lintian is installed: packaging/dependencies test")
    done = subprocess.run(
        ["lintian", "--allow-root", "--fail-on", "error,warning", "--tag-display-limit", "0",
         *glob.glob(os.path.join(build, "packages", "*.deb"))],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=200, check=False)
    print(done.stdout)
    sys.exit(done.returncode)


def run_case(build, case):
    with tempfile.TemporaryDirectory() as overlay:
        if case in ("package_life", "development_package"):
            add_own_service(build, overlay)
            shutil.copytree(os.path.join(build, "packages"), os.path.join(overlay, "packages"),
                            ignore=shutil.ignore_patterns("_CPack_Packages"))
        else:
            shutil.copytree(os.path.join(build, "systemd", "tree"), overlay, symlinks=True,
                            dirs_exist_ok=True)
        shutil.copytree(HERE, os.path.join(overlay, TESTS))
        shutil.copytree(os.path.join(SOURCES, "packaging", "docker"), os.path.join(overlay, "docker"))
        shutil.copytree(os.path.join(SOURCES, "man"), os.path.join(overlay, "docs"))
        journal = os.path.join(build, "systemd", f"{case}.journal")
        os.makedirs(os.path.dirname(journal), exist_ok=True)
        done = subprocess.run(
            [LAB, "run", "--quiet", "--no-install", "--timeout", "150", "--journal", journal, overlay,
             os.path.join(HERE, "inside.py"), f"/{TESTS}", case], check=False, cwd="/")
        if done.returncode != 0:
            print(f"the journal of the sandbox: {journal}")
        sys.exit(done.returncode)


def main():
    build, cmake, case = sys.argv[1:]
    check_lab()
    if case == "tree":
        tree(build, cmake)
    elif case == "packages":
        packages(build, cmake)
    elif case == "lintian":
        lintian(build)
    else:
        run_case(build, case)


main()
