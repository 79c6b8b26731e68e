"""Load, and what it costs: wrk on one CPU, the server's workers on another."""

import os
import re
import resource
import subprocess

ORDER = ('{"id":918273645,"customer":"Ann Example","email":"ann@example.com","items":['
         '{"sku":"AX-1001","qty":2,"price":19.95},{"sku":"BR-77","qty":12,"price":3.5},'
         '{"sku":"CZ-340","qty":1,"price":249.0}],"note":"ring twice and wait","express":true}')
PIPELINE = 16


class Load:
    """What wrk is told for one scenario."""

    def __init__(self, path, connections=64, script=""):
        self.path = path
        self.connections = connections
        self.script = script


def post(content_type, body):
    return (f'wrk.method = "POST"\nwrk.headers["Content-Type"] = "{content_type}"\n'
            f"wrk.body = [==[{body}]==]\n")


PIPELINED = f"""
init = function(args)
  local r = {{}}
  for i = 1, {PIPELINE} do r[i] = wrk.format() end
  all = table.concat(r)
end
request = function() return all end
"""

# Of one thread. Tells how many requests and nanoseconds there were since all had settled.
STEADY = """
local files = { %(files)s }
local count = 0
local function cpu()
  local total = 0
  for _, name in ipairs(files) do
    local file = io.open(name)
    if file then total = total + file:read("*n") file:close() end
  end
  return total
end
setup = function(thread) only = thread end
init = function() all = wrk.format() steady_requests = 0 steady_ns = 0 end
request = function()
  count = count + 1
  if not began and count > %(settled)d then began, began_ns = count, cpu() end
  if began and count %% 128 == 0 then
    steady_requests, steady_ns = count - began, cpu() - began_ns
  end
  return all
end
done = function()
  print(string.format("Steady: %%.0f requests, %%.0f ns", only:get("steady_requests"),
                      only:get("steady_ns")))
end
"""

LOADS = {
    "plaintext": Load("/plaintext"),
    "pipeline": Load("/plaintext", script=PIPELINED),
    "json": Load("/json"),
    "post": Load("/orders", script=post("application/json", ORDER)),
    "echo-1k": Load("/echo", script=post("text/plain", "x" * 1024)),
    "echo-64k": Load("/echo", script=post("text/plain", "x" * 65536)),
    "close": Load("/plaintext", script='wrk.headers["Connection"] = "close"\n'),
    "static-16k": Load("/16k.bin"),
    "static-1m": Load("/1m.bin", connections=8),
    "idle": Load("/plaintext"),
    "slow": Load("/plaintext"),
    "access-log": Load("/plaintext"),
    "scraped": Load("/plaintext"),
}


def cpu_us(pids):
    """Time on a CPU since they began, user and kernel, of all their threads."""
    total = 0
    for pid in pids:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as file:
                total += int(file.read().split()[0])
    return total / 1000


def pss_bytes(pids):
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            total += int(re.search(r"^Pss: +(\d+)", file.read(), re.M)[1]) * 1024
    return total


def pin(pids, cpu):
    for pid in pids:
        for task in os.listdir(f"/proc/{pid}/task"):
            os.sched_setaffinity(int(task), cpu)


def microseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 1, "ms": 1e3, "s": 1e6}[unit]


def run_wrk(url, load, seconds, folder, cpu):
    command = ["wrk", f"-t{min(len(cpu), load.connections)}", f"-c{load.connections}",
               f"-d{seconds}s", "--latency", "--timeout", "10s"]
    if load.script:
        path = os.path.join(folder, "load.lua")
        with open(path, "w", encoding="utf-8") as file:
            file.write(load.script)
        command += ["-s", path]
    text = subprocess.run(command + [url], capture_output=True, text=True, check=True,
                          preexec_fn=lambda: os.sched_setaffinity(0, cpu),
                          timeout=seconds + 30).stdout
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)", text)
    waits = dict(re.findall(r"^ +(\d+)% +(\S+)$", text, re.M))
    requests, took = re.search(r"(\d+) requests in ([\d.]+\w+)", text).groups()
    steady = re.search(r"^Steady: (\d+) requests, (\d+) ns", text, re.M)
    return {"requests": int(requests), "seconds": microseconds(took) / 1e6,
            "p50_us": microseconds(waits["50"]),
            "p99_us": microseconds(waits["99"]),
            "wrong": wrong[0] if wrong else "",
            "steady": [int(number) for number in steady.groups()] if steady else []}


def run(server, load, seconds, folder, load_cpu):
    """Of everyone: what a master does for it is a request's cost, too."""
    before = cpu_us(server.everyone())
    result = run_wrk(server.url(load.path), load, seconds, folder, load_cpu)
    result["cpu_total_us"] = cpu_us(server.everyone()) - before
    result["rps"] = result["requests"] / result["seconds"]
    return result


def measure(server, load, seconds, folder, server_cpu, load_cpu):
    """One round: what a request cost the server, and how long clients waited."""
    pin(server.workers(), server_cpu)
    run(server, load, 1, folder, load_cpu)
    result = run(server, load, seconds, folder, load_cpu)
    result["cpu_us"] = result["cpu_total_us"] / max(result["requests"], 1)
    return result


def measure_steady(server, load, seconds, folder, server_cpu, load_cpu):
    """One round of many connections, without what it costs to open them.

    wrk itself looks at the server's time: once when all have been used, and on until the end.
    """
    pin(server.workers(), server_cpu)
    files = ", ".join(f'"/proc/{pid}/task/{task}/schedstat"' for pid in server.everyone()
                      for task in os.listdir(f"/proc/{pid}/task"))
    steady = Load(load.path, load.connections,
                  STEADY % {"files": files, "settled": 2 * load.connections})
    result = run(server, steady, seconds, folder, {min(load_cpu)})
    requests, nanoseconds = result["steady"]
    if requests > 0:
        result["cpu_us"] = nanoseconds / 1000 / requests
    else:
        result["cpu_us"] = result["cpu_total_us"] / max(result["requests"], 1)
        result["wrong"] = f"too few requests to leave out the connecting; {result['wrong']}"
    return result


def raise_descriptor_limit():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard
