"""Tables of what was measured: medians, and ratios to nginx and to the floor."""

import json
import os
import platform
import re
import statistics
import time


def median(rounds, figure):
    return statistics.median(entry[figure] for entry in rounds)


def machine():
    """What figures are of: they are compared with none of another one."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"^model name\s*: (.*)", file.read(), re.M)
    return {"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "cpus": len(os.sched_getaffinity(0)), "cpu": model[1] if model else platform.machine(),
            "kernel": platform.release(), "load_average": os.getloadavg()[0]}


def write(folder, name, content):
    """Returns the path. A text is written as it is, all else as JSON."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(content if isinstance(content, str) else json.dumps(content, indent=1) + "\n")
    return path


class Table:
    """Rows of a few columns each, in which charts find their points."""

    def __init__(self, title, columns):
        self.title = title
        self.columns = columns
        self.rows = []

    def lines(self):
        cells = [self.columns, *([self.cell(value) for value in row] for row in self.rows)]
        widths = [max(len(row[i]) for row in cells) for i in range(len(self.columns))]
        yield f"\n{self.title}"
        for row in cells:
            yield "  ".join(cell.rjust(width) for cell, width in zip(row, widths))

    @staticmethod
    def cell(value):
        return f"{value:,.2f}" if isinstance(value, float) else \
            f"{value:,}" if isinstance(value, int) else str(value)

    def column(self, x, y, where=lambda row: True):
        """Points of a chart: the rows that are meant, by the names of two columns."""
        at = self.columns.index
        return [(row[at(x)], row[at(y)]) for row in self.rows if where(row)]

    def by(self, name, x, y):
        at = self.columns.index(name)
        return {key: self.column(x, y, lambda row, key=key: row[at] == key)
                for key in dict.fromkeys(row[at] for row in self.rows)}

    def document(self):
        return {"title": self.title, "columns": self.columns, "rows": self.rows}


class Report:
    def __init__(self):
        self.rounds = {}  # (scenario, server) -> list of rounds
        self.facts = {}   # (what, server) -> number

    def add(self, scenario, server, entry):
        self.rounds.setdefault((scenario, server), []).append(entry)

    def note(self, what, server, number):
        self.facts[what, server] = number

    def scenarios(self):
        return list(dict.fromkeys(scenario for scenario, _ in self.rounds))

    def servers(self, scenario):
        return [server for at, server in self.rounds if at == scenario]

    def cpu(self, scenario, server):
        rounds = self.rounds.get((scenario, server))
        return median(rounds, "cpu_us") if rounds else 0

    def ratio(self, scenario, server, other):
        """The median of the rounds' own ratios: both were measured in the same minute."""
        mine, theirs = (self.rounds.get((scenario, name)) for name in (server, other))
        if not mine or not theirs:
            return None
        return statistics.median(a["cpu_us"] / b["cpu_us"] for a, b in zip(mine, theirs))

    def ratio_text(self, scenario, server, other):
        ratio = self.ratio(scenario, server, other)
        return "–" if ratio is None else f"{ratio:.2f}"

    def lines(self):
        head = (f"{'scenario':<11} {'server':<9} {'µs CPU':>8} {'/nginx':>7} {'/floor':>7} "
                f"{'req/s':>9} {'p50 µs':>8} {'p99 µs':>8}")
        yield head
        for scenario in self.scenarios():
            for server in self.servers(scenario):
                rounds = self.rounds[scenario, server]
                wrong = next((entry["wrong"] for entry in rounds if entry["wrong"]), "")
                yield (f"{scenario:<11} {server:<9} {self.cpu(scenario, server):8.2f} "
                       f"{self.ratio_text(scenario, server, 'nginx'):>7} "
                       f"{self.ratio_text(scenario, server, 'floor'):>7} "
                       f"{median(rounds, 'rps'):9.0f} {median(rounds, 'p50_us'):8.0f} "
                       f"{median(rounds, 'p99_us'):8.0f} {wrong}").rstrip()
        for (what, server), number in self.facts.items():
            yield f"{what:<21} {server:<9} {number:,.{0 if number >= 100 else 2}f}"

    def medians(self):
        for (scenario, server), rounds in self.rounds.items():
            yield {"scenario": scenario, "server": server,
                   **{figure: median(rounds, figure)
                      for figure in ("cpu_us", "rps", "p50_us", "p99_us")},
                   **{f"to_{other}": self.ratio(scenario, server, other)
                      for other in ("nginx", "floor")}}

    def document(self):
        return {
            "machine": machine(),
            "medians": list(self.medians()),
            "facts": [{"fact": what, "server": server, "value": number}
                      for (what, server), number in self.facts.items()],
            "rounds": [{"scenario": scenario, "server": server, **entry}
                       for (scenario, server), rounds in self.rounds.items() for entry in rounds]}
