"""Clients beside those of wrk: idle ones, slow ones, and the one that reads metrics."""

import socket
import statistics
import threading
import time
import urllib.request

REQUEST = b"GET /plaintext HTTP/1.1\r\nHost: a\r\n\r\n"
ANSWER_SECONDS = 10


class Idlers:
    """Connections that have had one answer and stay."""

    def __init__(self, server, count):
        self.sockets = []
        for _ in range(count):
            client = socket.create_connection(("127.0.0.1", server.port), ANSWER_SECONDS)
            client.sendall(REQUEST)
            self.sockets.append(client)
            client.recv(4096)

    def alive(self):
        """How many are answered once more."""
        answered = 0
        for client in self.sockets:
            try:
                client.sendall(REQUEST)
                answered += client.recv(4096).startswith(b"HTTP/1.1 200")
            except OSError:
                pass
        return answered

    def close(self):
        for client in self.sockets:
            client.close()


class SlowClients:
    """Clients that send a byte of their request every now and then, all the time."""

    REQUEST = b"GET /plaintext HTTP/1.1\r\nHost: slow.example\r\nUser-Agent: slow\r\n\r\n"
    EVERY_SECONDS = 0.05

    def __init__(self, server, count):
        self.server = server
        self.ends = threading.Event()
        self.clients = [self.begin(i % len(self.REQUEST)) for i in range(count)]
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def begin(self, at):
        """A client that has sent so much of its request: they aren't all in step."""
        connection = socket.create_connection(("127.0.0.1", self.server.port), ANSWER_SECONDS)
        connection.setblocking(False)  # One that is not answered mustn't hold up the others.
        connection.send(self.REQUEST[:at])
        return [connection, at]

    def run(self):
        while not self.ends.wait(self.EVERY_SECONDS):
            for client in self.clients:
                self.send_byte(client)

    def send_byte(self, client):
        connection, at = client
        try:
            if at == 0:
                self.drop_answers(connection)
            connection.send(self.REQUEST[at:at + 1])
            client[1] = (at + 1) % len(self.REQUEST)
        except OSError:
            connection.close()
            client[:] = self.begin(0)

    @staticmethod
    def drop_answers(connection):
        try:
            connection.recv(4096)
        except BlockingIOError:
            pass

    def close(self):
        self.ends.set()
        self.thread.join()
        for connection, _ in self.clients:
            connection.close()


class Scraper:
    """Reads the metrics of each server every second, as Prometheus does."""

    EVERY_SECONDS = 1

    def __init__(self, running):
        self.took_ms = {server: [] for server in running}
        self.sizes = {}
        self.ends = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.ends.wait(self.EVERY_SECONDS):
            for server in self.took_ms:
                self.scrape(server)

    def scrape(self, server):
        began = time.monotonic()
        try:
            with urllib.request.urlopen(server.metrics_url(), timeout=ANSWER_SECONDS) as answer:
                self.sizes[server] = len(answer.read())
            self.took_ms[server].append((time.monotonic() - began) * 1000)
        except OSError as error:
            print(f"{server.name}: no metrics: {error}", flush=True)

    def facts(self):
        """(what, server, number) of all that was read."""
        for server, times in self.took_ms.items():
            if times:
                yield "ms a scrape", server.name, statistics.median(times)
                yield "bytes a scrape", server.name, self.sizes[server]

    def close(self):
        self.ends.set()
        self.thread.join()
