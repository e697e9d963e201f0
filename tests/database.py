"""Databases for tests. Append-only tables refuse TRUNCATE, so a test that commits gets a fresh clone of a migrated template."""

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from django.conf import settings
from django.db import connections

from config.backups.programs import connect

BASE = Path(settings.BASE_DIR)


def _admin_url() -> str:
    return os.environ.get("ADMIN_DATABASE_URL") or os.environ["DATABASE_URL"]


def _owner_url(name: str) -> str:
    parts = urlsplit(os.environ.get("OWNER_DATABASE_URL") or os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path="/" + quote(name)))


def owner() -> Any:
    """Connect to the test's database as the owner of its tables: for switching a guard off, and tampering."""
    return connect(_owner_url(settings.DATABASES["default"]["NAME"]))


def administrator() -> Any:
    """Connect to it as who may switch every guard off at once, which no owner can."""
    parts = urlsplit(_admin_url())
    return connect(urlunsplit(parts._replace(path="/" + quote(settings.DATABASES["default"]["NAME"]))))


@contextmanager
def _server() -> Iterator[Any]:
    connection = connect(_admin_url())
    connection.autocommit = True
    try:
        yield connection.cursor()
    finally:
        connection.close()


@cache
def template() -> str:
    """The migrated template, made once for each state of the migrations and kept between runs."""
    own = [BASE / "trail" / "guards.py", BASE / "trail" / "operations.py", BASE / "requirements.txt"]
    files = [*sorted(BASE.glob("*/migrations/*.py")), *own]
    roles = f"{settings.APP_ROLE} {urlsplit(_owner_url('')).username}".encode()
    digest = hashlib.sha256(roles + b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
    name = f"guishu_template_{digest}"
    with _server() as server:
        if not _there(server, name):
            with _alone(name):
                if not _there(server, name):  # nobody else has built it meanwhile
                    _build(server, name)
    return name


def _there(server: Any, name: str) -> bool:
    server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return bool(server.fetchone())


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Of all runs on this server, one builds a template; runs on another server, or of another state, need not wait for it."""
    where = hashlib.sha256(f"{_admin_url()} {name}".encode()).hexdigest()[:12]
    with open(Path(tempfile.gettempdir()) / f"guishu-test-template-{where}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(server: Any, name: str) -> None:
    owner_role = urlsplit(_owner_url(name)).username
    half = f"{name}_half"
    server.execute(f'DROP DATABASE IF EXISTS "{half}" WITH (FORCE)')
    server.execute(f'CREATE DATABASE "{half}" OWNER "{owner_role}"')
    env = {**os.environ, "OWNER_DATABASE_URL": _owner_url(half), "DJANGO_SETTINGS_MODULE": "config.settings"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=BASE, env=env, check=True)
    server.execute(f'ALTER DATABASE "{half}" RENAME TO "{name}"')


def fresh() -> None:
    """Throw the test's database away and clone the template anew."""
    connections.close_all()
    name, source = settings.DATABASES["default"]["NAME"], template()
    with _server() as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        _clone(server, source, name)


def _clone(server: Any, source: str, name: str) -> None:
    server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY file_copy')


@contextmanager
def a_neighbour() -> Iterator[Any]:
    """Another database on the same server, made of the same template; a connection of its owner."""
    name = f"{settings.DATABASES['default']['NAME']}_neighbour"
    with _server() as server:
        _clone(server, template(), name)
        connection = connect(_owner_url(name))
        try:
            yield connection
        finally:
            connection.close()
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def drop() -> None:
    """Leave nothing behind."""
    connections.close_all()
    with _server() as server:
        server.execute(f'DROP DATABASE IF EXISTS "{settings.DATABASES["default"]["NAME"]}" WITH (FORCE)')
