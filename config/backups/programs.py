"""PostgreSQL's own programs: which of them, how they reach the database, and what they say when they cannot."""

import os
import re
import subprocess
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, unquote, urlsplit

import dj_database_url
import psycopg2

from config.local_postgres import bindirs

SHOWN = 2_000  # characters of what a program that failed said
NAMES = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}


class Trouble(Exception):
    """It cannot be done. The message says why, and what to do."""


def connect(url: str) -> Any:
    """A connection outside Django's: to another database than its own, or beside it."""
    given = dj_database_url.parse(url)
    return psycopg2.connect(**{NAMES[k]: v for k, v in given.items() if k in NAMES and v} | given.get("OPTIONS", {}))


def on(url: str, database: str) -> str:
    """The address of another database on the same server, for the same role."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/{quote(database)}" + (f"?{parts.query}" if parts.query else "")


def name_of(url: str) -> str:
    """The database that an address names."""
    return unquote(urlsplit(url).path.removeprefix("/"))


def user_of(url: str) -> str:
    """The role that an address names."""
    return unquote(urlsplit(url).username or "")


def find(name: str, server: int) -> Path:
    """The program of this name that knows a server of this version (such as 180006). Raises Trouble."""
    for folder in bindirs():
        path = folder / name
        if path.exists():
            said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
            if int(re.findall(r"\d+", said)[0]) >= server // 10_000:
                return path
    raise Trouble(
        f"{name} of PostgreSQL {server // 10_000} or newer is needed. Install it, or set PG_BINDIR to where it lies."
    )


def start(program: Path, url: str, *args: str, **pipes: Any) -> subprocess.Popen[bytes]:
    """Begin it. The password does not stand in its command line, where everybody on the machine could read it."""
    parts, env = urlsplit(url), dict(os.environ)
    if parts.password:
        env["PGPASSWORD"] = unquote(parts.password)
        url = url.replace(f":{parts.password}@", "@", 1)
    return subprocess.Popen([program, f"--dbname={url}", *args], env=env, **pipes)  # noqa: S603 — a program of PostgreSQL


def finish(process: subprocess.Popen[bytes], said: IO[bytes]) -> None:
    """Wait for its end. Raises Trouble with what it said, where it failed."""
    if process.wait():
        said.seek(0)
        raise Trouble(f"{Path(str(process.args[0])).name}: {said.read().decode(errors='replace')[:SHOWN].strip()}")  # type: ignore[index]
