"""What happens to svcd and how long it takes, by the times that its log gives."""

import datetime
import os
import re
import signal
import time

WAIT_SECONDS = 60
LOOK_SECONDS = 0.005
ROUNDED_DOWN_MS = 0.5  # The log counts in milliseconds: so much is missing on average.


class Log:
    """The lines of a running svcd: from here on, unless told from where."""

    def __init__(self, server, at=None):
        self.path = os.path.join(server.folder, "log")
        self.at = os.path.getsize(self.path) if at is None else at

    def wait_for(self, pattern):
        """When it was written, in seconds of the wall clock."""
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until:
            with open(self.path, "rb") as file:
                file.seek(self.at)
                lines = file.read().decode("utf-8", "replace")
            found = re.search(rf"^(\S+Z) .*{pattern}.*\n", lines, re.M)
            if found:
                return datetime.datetime.fromisoformat(found[1]).timestamp()
            time.sleep(LOOK_SECONDS)
        raise TimeoutError(f"svcd has not said {pattern!r} in {WAIT_SECONDS} s: {lines[-1000:]}")


def wait_until_ready(server):
    """All workers: one alone answers, too."""
    Log(server, 0).wait_for(r"\] ready: bench")


def between_ms(began, ended):
    return max(0.0, (ended - began) * 1000)


def reload(server):
    """From the signal to the promotion, and from there to the end of the former generation."""
    log = Log(server)
    began = time.time()
    os.kill(server.process.pid, signal.SIGHUP)
    promoted = log.wait_for("promoted generation")
    ended = log.wait_for(r"generation \d+ has ended")
    return between_ms(began, promoted) + ROUNDED_DOWN_MS, between_ms(promoted, ended)


def respawn(server):
    """From the death of a worker to its successor's readiness."""
    log = Log(server)
    victim = max(server.services()[0]["workers"], key=lambda worker: worker["uptime_s"])
    began = time.time()
    os.kill(victim["pid"], signal.SIGKILL)
    ready = log.wait_for(rf"bench worker {victim['index']} \(pid \d+\) ready")
    return between_ms(began, ready) + ROUNDED_DOWN_MS


def start(server):
    """From its execve(2) to the first answer."""
    command = server.command()  # Writes its configuration.
    began = time.monotonic()
    server.launch(command)
    return (time.monotonic() - began) * 1000


def cpu_ms_with_the_dead(pid):
    """What a master and all its workers that have ended took of a CPU."""
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        fields = file.read().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) * 1000 / os.sysconf("SC_CLK_TCK")


def jain(shares):
    """1: all are equal; 1/n: one has it all."""
    squares = sum(share * share for share in shares)
    return sum(shares) ** 2 / (len(shares) * squares) if squares else 1.0
