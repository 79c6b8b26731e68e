"""The servers that are measured: how one is started and stopped; svcd, and the floor.

Those beside which they are measured: others.py.
"""

import json
import os
import signal
import socket
import subprocess
import time

START_SECONDS = 20
LOOK_SECONDS = 0.001  # Time to the first answer is measured so.
PROBE = b"GET /plaintext HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
MESSAGE = '{"message":"Hello, World!"}'
FILES = {"16k.bin": 16 * 1024, "1m.bin": 1024 * 1024}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def descendants(pid):
    found = []
    for child in children(pid):
        found += [child, *descendants(child)]
    return found


class DoesNotServe(Exception):
    """With the words of the server that doesn't."""


class Server:
    """One server under test. `site` has the static files; it makes a folder of its own."""

    name = ""
    program = ""  # What must be installed; none for what was built here.
    scenarios = frozenset()

    def __init__(self, folder, site, workers, build):
        self.build = build
        self.folder = os.path.join(folder, f"{type(self).__name__}-{workers}")
        self.site = site
        self.workers_wanted = workers
        self.port = free_port()
        self.process = None
        os.makedirs(self.folder, exist_ok=True)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def command(self):
        raise NotImplementedError

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def metrics_url(self):
        return self.url("/metrics")

    def start(self):
        self.launch(self.command())

    def launch(self, command):
        with open(os.path.join(self.folder, "out"), "wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log)
        try:
            self.wait_until_it_answers()
        except BaseException:
            self.stop()
            raise

    def wait_until_it_answers(self):
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) as client:
                    client.sendall(PROBE)
                    if client.recv(12).startswith(b"HTTP/1.1 200"):
                        return
            except OSError:
                pass
            time.sleep(LOOK_SECONDS)
        with open(os.path.join(self.folder, "out"), encoding="utf-8", errors="replace") as file:
            raise DoesNotServe(file.read()[-2000:].strip())

    def workers(self):
        """The processes that serve: all that have no children."""
        everyone = [self.process.pid, *descendants(self.process.pid)]
        return [pid for pid in everyone if not children(pid)]

    def everyone(self):
        return [self.process.pid, *descendants(self.process.pid)]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            for pid in self.everyone():
                os.kill(pid, signal.SIGKILL)
            self.process.wait()


class Svcd(Server):
    name = "svcd"
    scenarios = frozenset({"plaintext", "pipeline", "json", "post", "echo-1k", "echo-64k", "close",
                           "static-16k", "static-1m", "idle", "slow"})

    def __init__(self, folder, site, workers, build):
        super().__init__(folder, site, workers, build)
        self.second_port = free_port()

    def service_settings(self):
        return ""

    def second_service(self):
        return f"""
[service.site]
builtin = "static"
listen = ["127.0.0.1:{self.second_port}"]
workers = {self.workers_wanted}
[service.site.http]
keepalive_requests = 1000000000
[service.site.options]
root = "{self.site}"
"""

    def command(self):
        config = self.write("svcd.toml", f"""
[master]
name = "bench-{os.getpid()}-{os.path.basename(self.folder)}"
runtime_dir = "{self.folder}/run"
[log]
target = "{self.folder}/log"
[service.bench]
module = "{self.build}/services/bench.so"
listen = ["127.0.0.1:{self.port}"]
workers = {self.workers_wanted}
connections_max = 20000
backlog = 4096
{self.service_settings()}
[service.bench.http]
keepalive_requests = 1000000000
{self.second_service()}""")
        return [os.path.join(self.build, "bin", "svcd"), "-c", config]

    def url(self, path):
        port = self.second_port if path.endswith(".bin") else self.port
        return f"http://127.0.0.1:{port}{path}"

    def services(self):
        config = os.path.join(self.folder, "svcd.toml")
        status = subprocess.run([os.path.join(self.build, "bin", "svcctl"), "-c", config, "status",
                                 "--json"], capture_output=True, text=True, check=True).stdout
        return json.loads(status)["services"]

    def workers(self):
        return [worker["pid"] for service in self.services() for worker in service["workers"]]


class BareSvcd(Svcd):
    """One service: its life is measured, and its memory by the worker."""

    scenarios = frozenset()
    reuseport = "auto"

    def service_settings(self):
        return f'reuseport = "{self.reuseport}"'

    def second_service(self):
        return ""


class SharedSvcd(BareSvcd):
    """One listening socket for all workers."""

    reuseport = "off"


class LoggedSvcd(BareSvcd):
    scenarios = frozenset({"access-log"})

    def service_settings(self):
        return f'access_log = "text"\naccess_log_target = "{self.folder}/access.log"'


class ScrapedSvcd(BareSvcd):
    scenarios = frozenset({"scraped"})

    def second_service(self):
        return f"""
[service.admin]
builtin = "admin"
listen = ["127.0.0.1:{self.second_port}"]
workers = 1
"""

    def metrics_url(self):
        return f"http://127.0.0.1:{self.second_port}/metrics"


class Floor(Server):
    name = "floor"
    scenarios = frozenset({"plaintext", "pipeline", "json", "post", "echo-1k", "echo-64k", "close",
                           "idle", "slow"})

    def command(self):
        return [os.path.join(self.build, "bin", "bench_floor"), str(self.port),
                str(self.workers_wanted)]
