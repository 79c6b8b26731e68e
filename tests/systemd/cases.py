"""The units, as an operator uses them, and what else is installed. Each case has a sandbox of its own."""
import json
import os
import re
import shutil
import signal
import subprocess
import threading

from host import (Load, answers, configure, drop_in, eventually, expect, expect_in, get, journal,
                  kill_all, main_pid, must, processes, refused, run, show, who, write)

UNIT = "svcd@production.service"
ADDRESS = "127.0.0.1:8080"


def start_production(workers=2):
    configure("production", ADDRESS, workers)
    must("systemctl", "enable", "--now", "svcd@production")


def start():
    start_production()
    expect(show(UNIT, "ActiveState", "StatusText"), ["active", "1 service, 2 of 2 workers ready"])
    expect(who(ADDRESS)["generation"], 1)
    expect_in(ADDRESS, must("svcctl", "--env", "production", "status"))
    expect_in("svcd: master [production]", must("systemctl", "status", UNIT))
    for pid, title in processes():
        expect(must("ps", "-o", "user=", "-p", str(pid)), "svcd", title)
    expect_in("ready: one on " + ADDRESS, journal(UNIT))


def wrong_start():
    write("/etc/svcd/production.toml", "[service.one]\nmodule = 'chaos.so'\nlisten = ['*:1']\n"
          "wokers = 2\n")
    expect(run("systemctl", "start", UNIT).status, 1)
    expect_in("/etc/svcd/production.toml:4:1: ", journal(UNIT))
    expect_in('did you mean "workers"?', journal(UNIT))
    expect_in("/etc/svcd/production.toml:4:1: ", journal(UNIT, "--priority", "err"))
    configure("production", ADDRESS)  # It goes on trying: a mended file is enough.
    eventually(lambda: answers(ADDRESS), "an answer once the file is right")


def reload_good():
    start_production()
    pid = main_pid(UNIT)
    with Load(ADDRESS) as load:
        configure("production", ADDRESS, workers=3)
        must("systemctl", "reload", UNIT)
        load.more()
    eventually(lambda: who(ADDRESS)["generation"] == 2, "an answer of the new workers")
    expect(show(UNIT, "StatusText"), "1 service, 3 of 3 workers ready")
    expect(main_pid(UNIT), pid)


def reload_bad():
    start_production()
    with Load(ADDRESS) as load:
        configure("production", ADDRESS, workers='"many"')
        expect(run("systemctl", "reload", UNIT).status, 1)
        load.more()
    told = re.search(r"/etc/svcd/production\.toml:4:11: .*workers", journal(UNIT))
    assert told, journal(UNIT)
    expect(who(ADDRESS)["generation"], 1)
    expect(show(UNIT, "ActiveState", "StatusText"),
           ["active", "reload failed, the former generation serves"])


def watchdog():
    drop_in(UNIT, "[Service]\nWatchdogSec=2\n")
    start_production()
    pid = main_pid(UNIT)
    with Load(ADDRESS) as load:
        os.kill(pid, signal.SIGSTOP)
        eventually(lambda: main_pid(UNIT) not in (0, pid), "another master")
        eventually(lambda: show(UNIT, "ActiveState") == "active", "that it is ready")
        load.more()
    expect_in("Watchdog timeout", journal(UNIT))
    expect_in("the master is gone: serving on", journal(UNIT))
    eventually(lambda: len(processes()) == 3, "that the former workers end")


def socket_activation():
    configure("production", ADDRESS)
    drop_in("svcd@production.socket", f"[Socket]\nListenStream={ADDRESS}\n")
    must("systemctl", "enable", "--now", "svcd@production.socket")
    expect(show(UNIT, "ActiveState"), "inactive")
    expect(who(ADDRESS)["generation"], 1)  # The first connection starts it.
    pid = main_pid(UNIT)
    with Load(ADDRESS) as load:
        must("systemctl", "restart", UNIT)
        load.more()
        must("systemctl", "stop", UNIT)
        load.more()  # The next connection has started it again.
    assert main_pid(UNIT) != pid
    must("systemctl", "stop", "svcd@production.socket", UNIT)
    assert refused(ADDRESS)


def killed_master():
    start_production()
    former = who(ADDRESS)["generation"]
    pid = main_pid(UNIT)
    with Load(ADDRESS) as load:
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: main_pid(UNIT) not in (0, pid), "another master")
        eventually(lambda: show(UNIT, "ActiveState") == "active", "that it is ready")
        load.more()
    eventually(lambda: who(ADDRESS)["generation"] > former, "an answer of the new workers")
    expect_in("taking over from a former master: one", journal(UNIT))
    eventually(lambda: len(processes()) == 3, "that the former workers end")


def killed_successor():
    """As a killed master, though systemd has not started this one."""
    start_production()
    must("svcctl", "--env", "production", "upgrade")
    eventually(lambda: len(processes()) == 3, "that the former master ends")
    pid = main_pid(UNIT)
    with Load(ADDRESS) as load:
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: main_pid(UNIT) not in (0, pid), "another master")
        eventually(lambda: show(UNIT, "ActiveState") == "active", "that it is ready")
        load.more()


def killed_all():
    """Nobody is left, but systemd has the listeners: clients wait, and none is refused."""
    start_production()
    expect(show(UNIT, "NFileDescriptorStore"), "1")
    kill_all("svcd: master")  # First, or it would replace the workers.
    kill_all()
    expect(get(ADDRESS)[0], 200)
    expect_in("taking over from a former master: one", journal(UNIT))


def priorities():
    """What the journal keeps of each line's level, of the master as of a worker."""
    start_production()
    get(ADDRESS, "/throw")
    pid = next(pid for pid, title in processes() if "worker 0" in title)
    os.kill(pid, signal.SIGKILL)

    def of(priority):
        return journal(UNIT, "--priority", f"{priority}..{priority}")
    eventually(lambda: "died: SIGKILL" in of("err"), "the death of a worker as an error")
    expect_in("error one/", of("err"))
    expect_in("ready: one on " + ADDRESS, of("info"))
    for text in (of("err"), of("warning"), of("info")):
        expect([line for line in text.split("\n") if line.startswith("<")], [])
    with open("/etc/svcd/production.toml", "a", encoding="utf-8") as file:
        file.write('[log]\nformat = "json"\n')
    must("systemctl", "reload", UNIT)
    os.kill(next(pid for pid, title in processes() if "worker 0 gen 2" in title), signal.SIGKILL)
    eventually(lambda: '"level":"error"' in of("info"), "that JSON is left as it is")


def slow_request(result):
    result.append(get(ADDRESS, "/sleep/1500")[0])


def expect_graceful_stop(asked_later=3):
    """With a request under way: it is answered, systemctl waits for that, nobody is left."""
    result = []
    client = threading.Thread(target=slow_request, args=(result,))
    client.start()
    eventually(lambda: '"in_flight":1' in run("svcctl", "--env", "production", "status", "--json")
               .text.replace(" ", ""), "the request being served")
    must("systemctl", "stop", UNIT)
    expect(processes(), [], "after the stop:")
    client.join()
    expect(result, [200], "the request under way:")
    expect(show(UNIT, "ActiveState", "Result"), ["inactive", "success"])
    expect(run("svcctl", "--env", "production", "status").status, asked_later)
    assert refused(ADDRESS)


def stop():
    start_production()
    expect_graceful_stop()


def stop_after_upgrade():
    start_production()
    pid = main_pid(UNIT)
    with Load(ADDRESS):
        must("svcctl", "--env", "production", "upgrade")
    assert main_pid(UNIT) != pid
    eventually(lambda: len(processes()) == 3, "that the former master ends")
    expect_graceful_stop()


def watchdog_after_upgrade():
    """The successor feeds it, too, though the variable was the former master's."""
    drop_in(UNIT, "[Service]\nWatchdogSec=2\n")
    start_production()
    must("svcctl", "--env", "production", "upgrade")
    pid, told = main_pid(UNIT), fed()
    eventually(lambda: fed() > told + 4_000_000, "that it has been fed for twice its time")
    expect(main_pid(UNIT), pid)
    expect(show(UNIT, "NRestarts"), "0")


def fed():
    """When the watchdog was last fed, in µs."""
    return int(show(UNIT, "WatchdogTimestampMonotonic"))


def lost_file():
    """Its file is gone: it can be asked, and is stopped without losing a request, all the same."""
    start_production()
    with Load(ADDRESS):
        must("svcctl", "--env", "production", "upgrade")
    eventually(lambda: len(processes()) == 3, "that the former master ends")
    os.rename("/etc/svcd/production.toml", "/etc/svcd/elsewhere")
    expect_in(ADDRESS, must("svcctl", "--env", "production", "status"))
    expect(run("systemctl", "reload", UNIT).status, 1)
    expect_in("the former generation stays: /etc/svcd/production.toml: ", journal(UNIT))
    expect_graceful_stop(asked_later=1)  # Of what neither is there nor runs nothing is known.


def started_by_hand():
    """A server of root's own would run as root, and the unit could not start after it."""
    configure("production", ADDRESS)
    for command, verb in (("status", "start"), ("start", "start"), ("restart", "restart")):
        told = run("svcctl", "--env", "production", command)
        assert told.status != 0, told.text
        expect_in(f"systemctl {verb} svcd@production", told.text)
    expect_in("journalctl -u svcd@production", run("svcctl", "--env", "production", "logs").text)
    expect(processes(), [])

    # Who insists gets one; what it leaves is named where it is in the unit's way.
    must("svcctl", "-c", "/etc/svcd/production.toml", "start")
    must("svcctl", "-c", "/etc/svcd/production.toml", "stop")
    expect(run("systemctl", "start", UNIT).status, 1)
    expect_in("/run/svcd/production belongs to user 0: ", journal(UNIT))
    shutil.rmtree("/run/svcd/production")
    eventually(lambda: answers(ADDRESS), "an answer")
    expect_in("journalctl -u svcd@production", run("svcctl", "--env", "production", "logs").text)


def ordinary_user():
    """Runs servers of their own beside the units, and learns that those are not theirs."""
    start_production()
    write("/tmp/own/own.toml", '[service.own]\nbuiltin = "echo"\nlisten = ["127.0.0.1:0"]\nworkers = 1\n')
    own = ("runuser", "-u", "games", "--", "svcctl", "-c", "/tmp/own/own.toml")
    expect(run(*own, "status").status, 3)
    must(*own, "start")
    expect_in("1 of 1 workers ready", must(*own, "status"))
    must(*own, "reload")
    must(*own, "stop")
    told = run("runuser", "-u", "games", "--", "svcctl", "--env", "production", "status")
    expect(told.status, 1)
    expect_in("/run/svcd: belongs to user", told.text)


def two_instances():
    start_production()
    configure("staging", "127.0.0.1:8081")
    must("systemctl", "enable", "--now", "svcd@staging")
    expect(who("127.0.0.1:8081")["generation"], 1)
    with Load(ADDRESS) as load:
        must("systemctl", "reload", "svcd@staging")
        eventually(lambda: who("127.0.0.1:8081")["generation"] == 2, "an answer of the new workers")
        must("systemctl", "stop", "svcd@staging")
        load.more()
    expect(who(ADDRESS)["generation"], 1)
    must("svcctl", "--env", "production", "status")
    must("systemctl", "start", "svcd@staging")  # Its directory is as it was.


def low_port():
    configure("production", "127.0.0.1:80")
    must("systemctl", "start", UNIT)
    pid = who("127.0.0.1:80")["pid"]
    capabilities = re.search(r"CapEff:\s*(\w+)", must("cat", f"/proc/{pid}/status")).group(1)
    expect(int(capabilities, 16), 0, "the worker's capabilities:")


def security():
    print(must("systemd-analyze", "security", "--no-pager", "--threshold=20", UNIT).split("\n")[-1])


def log_rotation():
    """A file log is rotated without a line lost, and everybody writes to the new one."""
    configure("production", ADDRESS)
    log = "/var/log/svcd/production.log"
    with open("/etc/svcd/production.toml", "a", encoding="utf-8") as file:
        file.write(f'[log]\ntarget = "{log}"\n')
    must("systemctl", "start", UNIT)
    expect_in("ready: one on", must("cat", log))
    must("logrotate", "--force", "/etc/logrotate.d/svcd")
    eventually(lambda: os.path.exists(log), "the new log")
    must("svcctl", "--env", "production", "reload")
    expect_in("reload", must("cat", log))
    expect_in("ready: one on", must("cat", log + ".1"))
    expect(must("stat", "-c", "%U %a", log), "svcd 640")


def user_of_each():
    """The drop-in of svcd(8) for services with users of their own."""
    must("useradd", "--system", "shop")
    with open("/docs/svcd.8", encoding="utf-8") as file:
        lines = re.search(r"# A user for each .*\n((?:\w+=.*\n)+)", file.read()).group(1)
    drop_in(UNIT, "[Service]\n" + lines)
    configure("production", ADDRESS)
    with open("/etc/svcd/production.toml", "a", encoding="utf-8") as file:
        file.write('user = "shop"\n')
    must("systemctl", "start", UNIT)
    expect(must("ps", "-o", "user=", "-p", str(who(ADDRESS)["pid"])), "shop")
    must("systemctl", "reload", UNIT)
    eventually(lambda: who(ADDRESS)["generation"] == 2, "an answer of the new workers")
    must("systemctl", "stop", UNIT)
    expect(processes(), [])


def project():
    """What the README of a new project says about systemd: line for line, but for the build."""
    os.chdir("/root")
    must("svcctl", "new", "orders")
    os.chdir("orders")
    with open("README.md", encoding="utf-8") as file:
        part = file.read().split("On a host with systemd", 1)[1].split("A new build:", 1)[0]
    steps = re.findall(r"(?m)^    (.*)$", part)
    expect(steps.pop(0), "cmake --install build --prefix /usr/local")
    module = "/usr/local/lib/svcd/services/orders.so"
    shutil.copy(os.path.dirname(module) + "/chaos.so", module)
    for step in steps:
        must("sh", "-c", step)
    unit = "svcd@orders.service"
    eventually(lambda: show(unit, "ActiveState") == "active", "that it is ready")
    eventually(lambda: answers(ADDRESS), "an answer")
    must("systemctl", "reload", unit)

    os.chmod(module, 0o600)  # For root it is there.
    checked = run("svcctl", "--env", "orders", "check")
    expect(checked.status, 0)
    expect_in("warning: service.orders.module: " + module + " can't be read by svcd, the user of "
              "svcd@orders: Permission denied", checked.text)
    expect(run("systemctl", "reload", unit).status, 1)
    os.chmod(module, 0o644)
    assert "warning" not in must("svcctl", "--env", "orders", "check")


def instruction(name):
    """The last one of that name in the Dockerfile, without its name."""
    with open("/docker/Dockerfile", encoding="utf-8") as file:
        text = file.read().replace("\\\n", "")
    return re.findall(rf"(?m)^{name} (.*)$", text)[-1]


def healthy():
    try:
        return get(ADDRESS, "/health")[0] == 200
    except OSError:
        return False


def container():
    """The image's command as process 1, with any user, a /run that anybody may write to, a file system
    that is read-only; its health check; its end."""
    shutil.copy("/docker/container.toml", "/etc/svcd")
    variables = dict(word.split("=", 1) for word in instruction("ENV").split())
    command = json.loads(instruction("ENTRYPOINT"))
    check = instruction("HEALTHCHECK").split("CMD ", 1)[1]
    prepare = ("mount --rbind / /mnt && mount -o remount,bind,ro /mnt && "
               "mount -t tmpfs -o mode=0777 tmpfs /mnt/run && mount -t tmpfs tmpfs /mnt/tmp && "
               "mount -t proc proc /mnt/proc && "
               'exec chroot /mnt setpriv --reuid 10001 --regid 10001 --clear-groups "$@"')
    server = subprocess.Popen(
        ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", prepare, "sh", *command],
        env={**os.environ, **variables})
    eventually(healthy, "an answer")
    first = int(must("pgrep", "--parent", str(server.pid)))
    enter = ["nsenter", f"--target={first}", "--all", f"--root=/proc/{first}/root",
             "--setuid=10001", "--setgid=10001", "env", *(f"{k}={v}" for k, v in variables.items())]
    expect(must(*enter, "sh", "-c", "ps -o pid=,args= -p 1").split(None, 1)[0], "1")
    must(*enter, "sh", "-c", check)
    os.kill(first, signal.SIGTERM)
    expect(server.wait(timeout=30), 0, "exit status after TERM:")


def completions():
    """What shells read; those that are there find no mistake in it, and bash completes by it."""
    bash = "/usr/share/bash-completion/completions/svcctl"
    script = f". {bash}; COMP_WORDS=(svcctl rel); COMP_CWORD=1; _svcctl; echo ${{COMPREPLY[*]}}"
    expect(must("bash", "--norc", "-c", script), "reload")
    configure("shop", ADDRESS)
    script = script.replace("rel); COMP_CWORD=1", "--env sh); COMP_CWORD=2")
    expect(must("bash", "--norc", "-c", script), "shop")
    if shutil.which("fish"):
        offered = must("fish", "-c", "complete --do-complete 'svcctl --env sh'")
        expect(offered.split("\t")[0], "shop")
    for shell, option, file in (("zsh", "-n", "/usr/share/zsh/vendor-completions/_svcctl"),
                                ("fish", "--no-execute",
                                 "/usr/share/fish/vendor_completions.d/svcctl.fish")):
        assert os.path.getsize(file) > 1000, file
        if shutil.which(shell):
            must(shell, option, file)
        else:
            print(f"{shell} is not installed")
