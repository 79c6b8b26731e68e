"""What an operator does on a host, for the cases: commands, files, requests, load."""
import http.client
import json
import os
import signal
import socket
import subprocess
import threading
import time

SECONDS_MAX = 30  # For anything that is to come true; the machine may be busy.


class Done:
    def __init__(self, status, text):
        self.status, self.text = status, text


def run(*command):
    """Whatever comes of it."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=120, check=False)
    return Done(done.returncode, done.stdout.strip())


def must(*command):
    done = run(*command)
    assert done.status == 0, f"{' '.join(command)}: exit status {done.status}\n{done.text}"
    return done.text


def expect(got, wanted, what=""):
    assert got == wanted, f"{what} got {got!r}, expected {wanted!r}"


def expect_in(part, text):
    assert part in text, f"no {part!r} in:\n{text}"


def eventually(condition, what):
    """Waits until it holds; what it returned."""
    end = time.monotonic() + SECONDS_MAX
    while True:
        result = condition()
        if result:
            return result
        assert time.monotonic() < end, f"{what}: not within {SECONDS_MAX} s"
        time.sleep(0.02)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def configure(name, listen, workers=2):
    """An environment with the host's own service, chaos."""
    write(f"/etc/svcd/{name}.toml",
          f'[service.one]\nmodule = "chaos.so"\nlisten = ["{listen}"]\nworkers = {workers}\n')


def drop_in(unit, text):
    write(f"/etc/systemd/system/{unit}.d/test.conf", text)
    must("systemctl", "daemon-reload")


def show(unit, *names):
    """Properties of a unit."""
    values = [must("systemctl", "show", "--property", name, "--value", unit) for name in names]
    return values[0] if len(values) == 1 else values


def main_pid(unit):
    return int(show(unit, "MainPID"))


def journal(unit, *options):
    run("journalctl", "--sync")
    return must("journalctl", "--unit", unit, "--output", "cat", "--no-pager", *options)


def processes():
    """(pid, title) of all of svcd's; a title says what it is."""
    lines = must("ps", "-e", "-o", "pid=", "-o", "args=").split("\n")
    parts = [line.split(None, 1) for line in lines]
    return [(int(pid), title) for pid, title in parts if title.startswith("svcd: ")]


def kill_all(which="svcd: "):
    for pid, title in processes():
        if title.startswith(which):
            os.kill(pid, signal.SIGKILL)


def get(address, path="/pid"):
    """(status, body), or what went wrong as an OSError or HTTPException."""
    host, port = address.rsplit(":", 1)
    connection = http.client.HTTPConnection(host, int(port), timeout=SECONDS_MAX)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def who(address):
    status, body = get(address)
    expect(status, 200, address)
    return json.loads(body)


def answers(address):
    try:
        return get(address)[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def refused(address):
    host, port = address.rsplit(":", 1)
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
    except ConnectionRefusedError:
        return True
    return False


class Load:
    """Clients that ask one request after the other, each on a connection of its own."""

    def __init__(self, address, clients=2):
        self.address, self.served, self.failures = address, 0, []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(clients)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        eventually(lambda: self.served > 0, "the first answer")
        return self

    def __exit__(self, kind, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if kind is None:
            expect(self.failures, [], f"of {self.served} requests")
            print(f"{self.served} requests, none failed")

    def more(self, count=20):
        """Goes on once so many more have been answered."""
        wanted = self.served + count
        eventually(lambda: self.served >= wanted or self.failures, f"{count} more answers")

    def _ask(self):
        while not self._stop.is_set():
            try:
                status, body = get(self.address)
                if status != 200:
                    self.failures.append(f"{status} {body}")
                self.served += 1
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
            time.sleep(0.002)
