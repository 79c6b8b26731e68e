#!/usr/bin/env python3
"""Installs the build, and uses it as somebody does who has nothing else: a project of its own is
configured, built, tested and served by the installed svcd.

usage: installed_test.py BUILD_DIR CMAKE CXX_COMPILER
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))


def run(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=240, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit status {done.returncode}\n{done.stdout[-6000:]}")
    return done.stdout


def ask(address, path, body=None):
    headers = {"Content-Type": "application/json"} if body else {}
    request = urllib.request.Request(f"http://{address}{path}", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def expect(got, wanted):
    if got != wanted:
        sys.exit(f"got {got!r}, expected {wanted!r}")


def check(address):
    expect(ask(address, "/hello/you"), (200, "hello you"))
    status, text = ask(address, "/orders", b'{"sku":"nut"}')
    expect((status, json.loads(text)), (201, {"id": 1, "sku": "nut", "total": 9.5}))
    status, text = ask(address, "/orders", b'{"sku":"nut","quantity":0}')
    expect((status, json.loads(text)["detail"][0]["loc"]), (422, ["body", "quantity"]))


def serve(prefix, project, build):
    """Under svcd, from a configuration of its own."""
    config = os.path.join(project, "orders.toml")
    with open(config, "w", encoding="utf-8") as file:
        file.write(f'[master]\nname = "installed"\nruntime_dir = "{project}/run"\n'
                   f'[log]\ntarget = "{project}/log"\n'
                   f'[service.orders]\nmodule = "{build}/orders.so"\n'
                   'listen = ["127.0.0.1:0"]\nworkers = 2\n')
    svcctl = os.path.join(prefix, "bin", "svcctl")
    run(svcctl, "-c", config, "check")
    run(svcctl, "-c", config, "start")
    try:
        status = json.loads(run(svcctl, "-c", config, "status", "--json"))
        check(status["services"][0]["listen"][0])
        run(svcctl, "-c", config, "reload")
    finally:
        run(svcctl, "-c", config, "stop")


def main():
    tree, cmake, compiler = sys.argv[1:]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as directory:
        prefix = os.path.join(directory, "svcd")
        project = os.path.join(directory, "orders")
        build = os.path.join(project, "build")
        run(cmake, "--install", tree, "--prefix", prefix)
        os.mkdir(project)
        for name in os.listdir(os.path.join(HERE, "project")):
            shutil.copy(os.path.join(HERE, "project", name),
                        os.path.join(project, name.removesuffix(".in")))
        run(cmake, "-S", project, "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}",
            f"-DCMAKE_CXX_COMPILER={compiler}", "-DCMAKE_BUILD_TYPE=Release")
        run(cmake, "--build", build, "-j2")
        print(run("ctest", "--test-dir", build, "--output-on-failure", "--no-tests=error"))
        serve(prefix, project, build)
    print(f"{time.monotonic() - began:.0f} s")


main()
