"""What svcd is measured beside: each is configured to do the same."""

import os
import resource

from servers import MESSAGE, Server


class Nginx(Server):
    name = "nginx"
    program = "nginx"
    scenarios = frozenset({"plaintext", "pipeline", "json", "close", "static-16k", "static-1m",
                           "idle", "slow"})
    access_log = "off"

    def command(self):
        config = self.write("nginx.conf", f"""
daemon off;
user {'root' if os.getuid() == 0 else os.environ.get('USER', 'nobody')};
worker_processes {self.workers_wanted};
pid {self.folder}/pid;
error_log {self.folder}/error.log;
worker_rlimit_nofile {resource.getrlimit(resource.RLIMIT_NOFILE)[1]};
events {{ worker_connections 20000; multi_accept off; }}
http {{
  access_log {self.access_log.format(folder=self.folder)};
  sendfile on;
  tcp_nopush on;
  open_file_cache max=100;
  keepalive_requests 1000000000;
  client_body_temp_path {self.folder}/body;
  proxy_temp_path {self.folder}/proxy;
  fastcgi_temp_path {self.folder}/fastcgi;
  uwsgi_temp_path {self.folder}/uwsgi;
  scgi_temp_path {self.folder}/scgi;
  server {{
    listen 127.0.0.1:{self.port} reuseport backlog=4096;
    root {self.site};
    location = /plaintext {{ default_type text/plain; return 200 "Hello, World!"; }}
    location = /metrics {{ stub_status; }}
    location = /json {{ default_type application/json; return 200 '{MESSAGE}'; }}
  }}
}}
""")
        return ["nginx", "-c", config, "-p", self.folder, "-e", f"{self.folder}/error.log"]


class LoggedNginx(Nginx):
    scenarios = frozenset({"access-log"})
    # Buffered for as long as svcd's own may wait.
    access_log = "{folder}/access.log combined buffer=64k flush=100ms"


class ScrapedNginx(Nginx):
    scenarios = frozenset({"scraped"})


class Haproxy(Server):
    name = "haproxy"
    program = "haproxy"
    scenarios = frozenset({"plaintext", "pipeline", "json", "close", "idle", "slow"})
    access_log = ""

    def command(self):
        config = self.write("haproxy.cfg", f"""
global
  nbthread {self.workers_wanted}
  maxconn 11000
  # It would ask for two descriptors a connection, for servers behind it, of which there are none.
  no strict-limits
defaults
  mode http
  timeout client 60s
  timeout http-keep-alive 60s
frontend bench
  bind 127.0.0.1:{self.port}
  {self.access_log}
  http-request use-service prometheus-exporter if {{ path /metrics }}
  http-request return status 200 content-type application/json string '{MESSAGE}' if {{ path /json }}
  http-request return status 200 content-type text/plain string "Hello, World!"
""")
        return ["haproxy", "-db", "-f", config]


class LoggedHaproxy(Haproxy):
    scenarios = frozenset({"access-log"})
    access_log = "log stdout format raw local0\n  option httplog"  # Our file; a write(2) a line.


class ScrapedHaproxy(Haproxy):
    scenarios = frozenset({"scraped"})


WSGI = f"""
def app(environ, start_response):
    body = b'{MESSAGE}' if environ["PATH_INFO"] == "/json" else b"Hello, World!"
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
"""


class Gunicorn(Server):
    name = "gunicorn"
    program = "gunicorn"
    scenarios = frozenset({"plaintext", "json", "close"})

    def command(self):
        self.write("app.py", WSGI)
        return ["gunicorn", "-w", str(self.workers_wanted), "-k", "gthread", "--threads", "8", "-b",
                f"127.0.0.1:{self.port}", "--chdir", self.folder, "app:app"]


class Uwsgi(Server):
    name = "uwsgi"
    program = "uwsgi"
    scenarios = frozenset({"plaintext", "json", "close"})

    def command(self):
        path = self.write("app.py", WSGI)
        return ["uwsgi", "--http11-socket", f"127.0.0.1:{self.port}", "--plugin", "python3",
                "--wsgi-file", path, "--callable", "app", "--master", "-p",
                str(self.workers_wanted), "--disable-logging"]


class Apache(Server):
    name = "apache2"
    program = "apache2"
    scenarios = frozenset({"plaintext", "close", "static-16k", "static-1m"})

    def command(self):
        modules = "/usr/lib/apache2/modules"
        config = self.write("apache.conf", f"""
ServerName localhost
PidFile {self.folder}/pid
ErrorLog {self.folder}/error.log
Listen 127.0.0.1:{self.port}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
MaxKeepAliveRequests 0
DocumentRoot {self.site}
<Directory {self.site}>
  Require all granted
</Directory>
""")
        return ["apache2", "-X" if self.workers_wanted == 1 else "-DFOREGROUND", "-f", config]
