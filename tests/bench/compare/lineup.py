"""Who runs beside whom."""

import os
import shutil
import signal
import sys

import others
import servers

PLAIN = (servers.Svcd, servers.Floor, others.Nginx, others.Haproxy, others.Apache, others.Uwsgi,
         others.Gunicorn)
# The same ones in another configuration. They run by themselves: pages that processes share would
# make those of PLAIN look smaller.
LOGGED = (servers.LoggedSvcd, others.LoggedNginx, others.LoggedHaproxy)
SCRAPED = (servers.ScrapedSvcd, others.ScrapedNginx, others.ScrapedHaproxy)


def stop_when_told():
    """SIGTERM, of timeout(1) say, unwinds: what has been started is stopped."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def installed(kind):
    return not kind.program or shutil.which(kind.program, path=os.environ["PATH"] + ":/usr/sbin")


def make(kinds, folder, site, workers, build, only=()):
    """Those that are installed, in the order of the tables."""
    return [kind(folder, site, workers, build) for kind in kinds
            if installed(kind) and (not only or kind.name in only)]


class Running:
    """Servers that have been started, and are stopped at the end of the block."""

    def __init__(self, wanted):
        self.wanted = wanted
        self.servers = []

    def __enter__(self):
        for server in self.wanted:
            try:
                server.start()
                self.servers.append(server)
            except servers.DoesNotServe as words:
                print(f"{type(server).__name__} is left out, it does not serve:\n{words}",
                      flush=True)
            except BaseException:
                self.__exit__()
                raise
        return self.servers

    def __exit__(self, *_):
        for server in self.servers:
            server.stop()
