"""The packages on a host: installed, used, upgraded, removed, purged."""
import glob
import os
import re

from host import (Load, configure, eventually, expect, expect_in, main_pid, must, processes, refused, run,
                  who, write)

ADDRESS = "127.0.0.1:8088"
UNIT = "svcd@production.service"


def package(name):
    return glob.glob(f"/packages/{name}_*.deb")[0]


def with_version(name, version):
    """The package again, as if it were a later one."""
    must("dpkg-deb", "--raw-extract", package(name), "/tmp/later")
    with open("/tmp/later/DEBIAN/control", encoding="utf-8") as file:
        control = re.sub(r"(?m)^Version: .*$", f"Version: {version}", file.read())
    write("/tmp/later/DEBIAN/control", control)
    must("dpkg-deb", "--root-owner-group", "-Zgzip", "--build", "/tmp/later", "/tmp/later.deb")
    return "/tmp/later.deb"


def left_behind():
    """What on the host has our name, but what the test has brought along."""
    found = must("find", "/etc", "/usr", "/var", "/run", "-xdev", "-name", "*svcd*",
                 "-not", "-path", "/var/log/journal/*").split("\n")
    ours = ("/usr/lib/svcd-tests", "/usr/local/lib/svcd", "/usr/share/mime")  # Super Video CD.
    return [path for path in found if path and not path.startswith(ours)]


def package_life():
    # Installed: the shipped environments start as they are, side by side.
    must("dpkg", "--install", package("svcd"))
    expect(processes(), [], "an installation starts nothing:")
    for name in ("production", "staging"):
        must("systemctl", "start", f"svcd@{name}")
        expect_in("3 services", must("systemctl", "show", "-p", "StatusText", f"svcd@{name}"))
    expect(must("stat", "-c", "%U %a", "/var/lib/svcd"), "svcd 750")
    must("systemctl", "stop", "svcd@production", "svcd@staging")

    # A service of the host's own in an environment of its own.
    configure("production", ADDRESS)
    must("systemctl", "enable", "--now", "svcd@production")
    pid, generation = main_pid(UNIT), who(ADDRESS)["generation"]

    # Upgraded under load: another master, no request lost, the changed file kept.
    later = with_version("svcd", "99.0-1")
    with Load(ADDRESS) as load:
        told = must("dpkg", "--force-confold", "--install", later)
        load.more()
    expect_in("upgrading svcd@production", told)
    assert main_pid(UNIT) != pid, told
    eventually(lambda: who(ADDRESS)["generation"] > generation, "an answer of the new workers")
    expect_in("chaos.so", must("cat", "/etc/svcd/production.toml"))

    # One that can't be: it goes on, and the package is installed all the same.
    pid = main_pid(UNIT)
    write("/etc/svcd/production.toml", "nonsense\n")
    told = must("dpkg", "--force-confold", "--install", later)
    expect_in("goes on with the former version", told)
    expect_in("/etc/svcd/production.toml:1:", told)
    expect(main_pid(UNIT), pid)
    who(ADDRESS)

    # Removed: all is stopped, the configuration stays. Purged: nothing stays.
    must("dpkg", "--remove", "svcd")
    expect(processes(), [])
    assert refused(ADDRESS)
    assert os.path.exists("/etc/svcd/production.toml")
    must("dpkg", "--purge", "svcd")
    expect(left_behind(), [], "after the purge:")
    expect(run("getent", "passwd", "svcd").status, 2)


PROJECT = """cmake_minimum_required(VERSION 3.25)
project(hello CXX)
find_package(svc REQUIRED)
svc_add_service(hello SOURCES hello.cc MODULE_ONLY)
"""
SOURCE = """#include <svc/svc.h>
void routes(svc::App& app) {
  app.get("/pid", [] { return "hello"; });
}
SVC_SERVICE(hello, routes)
"""


def development_package():
    """A service that is built with libsvc-dev runs under the installed unit."""
    must("dpkg", "--install", package("svcd"), package("libsvc-dev"))
    write("/tmp/hello/CMakeLists.txt", PROJECT)
    write("/tmp/hello/hello.cc", SOURCE)
    must("cmake", "-S", "/tmp/hello", "-B", "/tmp/hello/build", "-G", "Ninja")
    must("cmake", "--build", "/tmp/hello/build")
    must("install", "-D", "-t", "/usr/local/lib/svcd/services", "/tmp/hello/build/hello.so")
    write("/etc/svcd/hello.toml",
          f'[service.hello]\nmodule = "hello.so"\nlisten = ["{ADDRESS}"]\nworkers = 1\n')
    must("systemctl", "start", "svcd@hello")
    expect_in("hello", must("svcctl", "--env", "hello", "routes") +
              must("curl", "--silent", "--fail", f"http://{ADDRESS}/pid"))
