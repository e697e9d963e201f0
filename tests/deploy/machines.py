"""The machines of deploy/ as processes of this one, each by the file that is shipped: only ports, folders and names are put in.

nginx (TLS) → two web servers → PgBouncer → HAProxy → whichever of two PostgreSQL Patroni has made primary, by etcd
                     two workers ─────────────┘
"""

import configparser
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from tests.deploy.places import BASE, PATH, Place, kill, put_in, status, until
from tests.mailbox import free_port

DEPLOY = BASE / "deploy"
BIN = Path("/usr/lib/postgresql/15/bin")
PROGRAMS = ("etcd", "patroni", "haproxy", "pgbouncer", "nginx", "openssl")
HOST = "guishu.example.com"
PASSWORDS = {
    "PATRONI_SUPERUSER_PASSWORD": "of-the-superuser", "PATRONI_REPLICATION_PASSWORD": "of-the-standby",
    "PATRONI_REWIND_PASSWORD": "of-the-rewinder", "PATRONI_RESTAPI_USERNAME": "patroni",
    "PATRONI_RESTAPI_PASSWORD": "of-the-interface", "GUISHU_OWNER_PASSWORD": "of-the-owner",
    "GUISHU_APP_PASSWORD": "of-the-program",
}  # fmt: skip


def missing():
    """Which of the programs are not installed here."""
    absent = [name for name in PROGRAMS if not shutil.which(name, path=PATH)]
    return absent + ([] if (BIN / "postgres").exists() else ["postgresql-15"])


class Database:
    """One of the two database machines: Patroni, and the PostgreSQL that it started."""

    def __init__(self, place, name, etcd):
        self.place, self.name, self.etcd = place, name, etcd
        self.port, self.rest = free_port(), free_port()
        self.data = place.folder(name) / "data"

    def config(self):
        """The shipped file, for this machine."""
        said = yaml.safe_load((DEPLOY / "patroni.yml").read_text("utf-8"))
        said["etcd3"]["hosts"] = f"127.0.0.1:{self.etcd}"
        said["restapi"]["listen"] = f"127.0.0.1:{self.rest}"
        said["bootstrap"]["post_bootstrap"] = str(self.place.root / "make_roles")
        said["postgresql"] |= {
            "listen": f"127.0.0.1:{self.port}", "data_dir": str(self.data),
            "pgpass": str(self.data.parent / "pgpass"), "parameters": {"unix_socket_directories": str(self.data.parent)},
        }  # fmt: skip
        said["watchdog"] = {"mode": "off"}  # the machine of the tests is not switched off
        return yaml.safe_dump(said)

    def start(self):
        """Start Patroni, which does the rest."""
        file = self.place.write(f"{self.name}.yml", self.config())
        self.patroni = self.place.start(
            "patroni", file, log=self.name, PATRONI_NAME=self.name,
            PATRONI_RESTAPI_CONNECT_ADDRESS=f"127.0.0.1:{self.rest}",
            PATRONI_POSTGRESQL_CONNECT_ADDRESS=f"127.0.0.1:{self.port}", **PASSWORDS,
        )  # fmt: skip

    def is_(self, role):
        """Whether it is the `primary`, or the standby that has everything (`sync`)."""
        return status(self.rest, "GET", f"/{role}") == 200

    def postgres(self):
        """The processes of its PostgreSQL: those that work in its data."""
        mine = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                if os.readlink(path / "cwd") == str(self.data):
                    mine.append(int(path.name))
            except OSError:  # gone meanwhile
                continue
        return mine

    def kill(self):
        """The machine loses its power: Patroni and PostgreSQL at once, −9."""
        kill(self.patroni)
        self.kill_postgres()

    def kill_postgres(self):
        """Every process of its PostgreSQL, −9."""
        for pid in self.postgres():
            try:
                os.kill(pid, 9)
            except ProcessLookupError:
                continue


class Machines:
    """All of it, up. `primary()` says which of the two databases leads."""

    def __init__(self):
        self.place = Place()
        self.door, self.pool, self.site, self.webs = free_port(), free_port(), free_port(), [free_port(), free_port()]

    def start(self):
        """Start everything, in the order in which it needs one another, on an empty database."""
        self.place.folder("run")
        shutil.copy(DEPLOY / "make_roles", self.place.root / "make_roles")
        etcd = self._etcd()
        self.databases = [Database(self.place, name, etcd) for name in ("db1", "db2")]
        for database, role in zip(self.databases, ("primary", "sync"), strict=True):
            database.start()
            until(lambda d=database, r=role: d.is_(r), f"{database.name} is {role}")
        self._haproxy()
        self._pgbouncer()
        until(lambda: self.manage("migrate", "-v0").returncode == 0, "the tables are made", 120)
        self.web = [self._web(port) for port in self.webs]
        self.workers = [self._worker(f"worker{n}") for n in (1, 2)]
        self._nginx()
        until(lambda: all(status(port, "GET", "/healthz") == 200 for port in self.webs), "the web servers answer")

    def primary(self):
        """The database that leads, waiting until one does."""
        return until(lambda: next((d for d in self.databases if d.is_("primary")), None), "one is primary")

    def standby(self):
        """The one that has everything and would take over, waiting until there is one."""
        return until(lambda: next((d for d in self.databases if d.is_("sync")), None), "one is the synchronous standby")

    def url(self, role, port):
        """The database by one of the two roles, through the pooler or past it."""
        password = PASSWORDS[{"guishu_app": "GUISHU_APP_PASSWORD", "guishu_owner": "GUISHU_OWNER_PASSWORD"}[role]]
        return f"postgresql://{role}:{password}@127.0.0.1:{port}/guishu"

    def environment(self, port):
        """What the program is told, as in deploy/guishu.env.example."""
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings", "GUISHU_ENV": "production", "GUISHU_BEHIND_PROXY": "1",
            "GUISHU_HOSTS": HOST, "GUISHU_LOG": "json", "GUISHU_POOLED": "1" if port == self.pool else "",
            "DATABASE_URL": self.url("guishu_app", port), "OWNER_DATABASE_URL": self.url("guishu_owner", self.door),
        }  # fmt: skip

    def manage(self, *args):
        """A command, as on a machine of these: past the pooler."""
        return subprocess.run(
            [sys.executable, "manage.py", *args], cwd=BASE, env=self.environment(self.door), capture_output=True,
            text=True, check=False,
        )  # fmt: skip

    def _etcd(self):
        client, peer = free_port(), free_port()
        ours, theirs = f"http://127.0.0.1:{client}", f"http://127.0.0.1:{peer}"
        self.place.start(
            "etcd", "--data-dir", self.place.folder("etcd"), "--listen-client-urls", ours, "--advertise-client-urls", ours,
            "--listen-peer-urls", theirs, "--initial-advertise-peer-urls", theirs, "--initial-cluster", f"default={theirs}",
            log="etcd",
        )  # fmt: skip
        until(lambda: status(client, "GET", "/health") == 200, "etcd answers")
        return client

    def _haproxy(self):
        one, two = self.databases
        text = put_in((DEPLOY / "haproxy.cfg").read_text("utf-8"), {
            ":5000": f":{self.door}", ":8405": f":{free_port()}",
            "db1:5432 check port 8008": f"127.0.0.1:{one.port} check port {one.rest}",
            "db2:5432 check port 8008": f"127.0.0.1:{two.port} check port {two.rest}",
        })  # fmt: skip
        self.place.start("haproxy", "-db", "-f", self.place.write("haproxy.cfg", text), log="haproxy")

    def _pgbouncer(self):
        self.place.write("userlist.txt", f'"guishu_app" "{PASSWORDS["GUISHU_APP_PASSWORD"]}"\n')
        text = put_in((DEPLOY / "pgbouncer.ini").read_text("utf-8"), {
            "port=5000": f"port={self.door}", "listen_port = 6432": f"listen_port = {self.pool}",
            "/etc/pgbouncer": self.place.root, "/run/postgresql": self.place.root / "run",
            "/var/log/postgresql": self.place.root / "run",
        })  # fmt: skip
        self.place.start("pgbouncer", self.place.write("pgbouncer.ini", text), log="pgbouncer")

    def _web(self, port):
        given = self.environment(self.pool) | {"GUISHU_BIND": f"127.0.0.1:{port}"}
        command = (sys.executable, "-m", "gunicorn", "-c", DEPLOY / "gunicorn.conf.py", "config.wsgi")
        return self.place.start(*command, log=f"web{port}", ours=True, **given)

    def _worker(self, name):
        """A worker by its unit: past the pooler, and begun anew whenever it ends."""
        unit = configparser.ConfigParser(interpolation=None)
        unit.read(DEPLOY / "systemd" / "guishu-worker.service")
        command = put_in(unit["Service"]["ExecStart"], {"/srv/guishu/.venv/bin/python": sys.executable})
        assert unit["Service"]["Restart"] == "always"
        again = f"while :; do {command}; sleep {unit['Service']['RestartSec']}; done"
        return self.place.start("sh", "-c", again, log=name, ours=True, **self.environment(self.door))

    def kill_worker(self):
        """The first worker dies, −9, whatever it has in hand; its unit begins it anew."""
        subprocess.run(["pkill", "-9", "-P", str(self.workers[0].pid)], check=True)

    def _nginx(self):
        run, plain = self.place.folder("run"), free_port()
        certificate = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}")
        files = ("-keyout", self.place.root / "privkey.pem", "-out", self.place.root / "fullchain.pem")
        subprocess.run(["openssl", *certificate, *map(str, files)], check=True, capture_output=True)
        for name in ("privkey.pem", "fullchain.pem"):
            self.place._give(self.place.root / name)
        site = put_in((DEPLOY / "nginx.conf").read_text("utf-8"), {
            "listen 80;": f"listen 127.0.0.1:{plain};", "    listen [::]:80;\n": "", "    listen [::]:443 ssl http2;\n": "",
            "listen 443 ssl": f"listen 127.0.0.1:{self.site} ssl", "/etc/ssl/guishu": self.place.root,
            "web1:8001": f"127.0.0.1:{self.webs[0]}", "web2:8001": f"127.0.0.1:{self.webs[1]}",
            "/var/log/nginx": run, "127.0.0.1:8081": f"127.0.0.1:{free_port()}",
        })  # fmt: skip
        temporary = "".join(
            f"{kind}_temp_path {run}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        head = f"daemon off; pid {run}/nginx.pid; error_log {run}/nginx-error.log;\nevents {{}}\n"
        text = f"{head}http {{\naccess_log off;\n{temporary}{site}\n}}\n"
        self.place.start(
            "nginx", "-e", run / "nginx-error.log", "-c", self.place.write("nginx.conf", text), log="nginx"
        )

    def requests(self):
        """What nginx wrote of each request: status and seconds."""
        return [json.loads(line) for line in (self.place.root / "run" / "guishu.log").read_text().splitlines()]
