"""The databases that the contract is held against: the tests' own server, PostgreSQL 15, one behind PgBouncer, or the one that is named."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
import pytest

from config.backups.programs import connect, on
from config.local_postgres import Cluster

OLDEST = Path("/usr/lib/postgresql/15/bin")
APP = "guishu_contract_app"
POOLER = """
[databases]
* = host={server} port=5432
[pgbouncer]
listen_addr =
unix_socket_dir = {folder}
listen_port = 5432
auth_type = trust
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = 12
max_client_conn = 60
"""


@dataclass(frozen=True)
class Engine:
    """A server, and a database on it that is ours alone."""

    name: str
    url: str
    server: str

    def connect(self) -> Any:
        """A connection of its own, as who owns the tables."""
        return connect(self.url)

    @contextmanager
    def act(self, **local: str) -> Iterator[Any]:
        """A transaction; `local` is set in it alone, as a pool of connections demands."""
        connection = self.connect()
        try:
            with connection, connection.cursor() as cursor:
                for name, value in local.items():
                    cursor.execute(f"SET LOCAL {name} = %s", [value])
                yield cursor
        finally:
            connection.close()

    def ask(self, sql: str, *values: Any) -> list[Any]:
        """The rows of one statement."""
        with self.act() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def a_database(name: str, server: str, more: str = "") -> Iterator[Engine]:
    """A new database on this server, with the role of the application; nothing stays but the role."""
    database = f"guishu_contract_{os.getpid()}{more}"
    _alone(server, f"DROP DATABASE IF EXISTS {database}", f"CREATE DATABASE {database}")
    try:
        engine = Engine(name, on(server, database), server)
        if not engine.ask("SELECT 1 FROM pg_roles WHERE rolname = %s", APP):
            _alone(server, f"CREATE ROLE {APP}")
        yield engine
    finally:
        _alone(server, f"DROP DATABASE {database} WITH (FORCE)")


def _alone(server: str, *statements: str) -> None:
    """Statements that no transaction may hold."""
    connection = connect(server)
    connection.autocommit = True
    for statement in statements:
        connection.cursor().execute(statement)
    connection.close()


@contextmanager
def oldest(folder: Path) -> Iterator[str]:
    """The oldest PostgreSQL that the program is said to run on, as Debian 12 has it."""
    if not (OLDEST / "postgres").exists():
        pytest.skip(f"no PostgreSQL 15 in {OLDEST}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PG_BINDIR", str(OLDEST))
        cluster = Cluster(folder / "fifteen", fast=True)
    with up(cluster):
        yield cluster.url("postgres", "postgres")


@contextmanager
def up(cluster: Cluster) -> Iterator[None]:
    """The server of a cluster while it is needed; then nothing of it is left."""
    cluster.start()
    try:
        yield
    finally:
        cluster.stop()
        shutil.rmtree(cluster.root)


@contextmanager
def pooled(folder: Path) -> Iterator[str]:
    """A PostgreSQL behind PgBouncer, where a connection of the server belongs to a client for one transaction only."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("no pgbouncer installed")
    cluster = Cluster(folder / "behind", fast=True)
    with up(cluster):
        place = cluster.root / "pooler"
        cluster._own(place)
        (place / "users").write_text('"postgres" ""\n')
        (place / "ini").write_text(POOLER.format(server=cluster.socket, folder=place))
        who = {"user": cluster.account.pw_uid, "group": cluster.account.pw_gid} if cluster.account else {}
        pooler = subprocess.Popen([program, "-q", place / "ini"], stderr=subprocess.DEVNULL, **who)
        try:
            yield _answering(f"postgresql://postgres@{quote(str(place), safe='')}/postgres")
        finally:
            pooler.terminate()
            pooler.wait()


def _answering(url: str) -> str:
    for _ in range(100):
        try:
            connect(url).close()
            return url
        except psycopg2.OperationalError:
            time.sleep(0.05)
    raise AssertionError("the pooler does not answer")
