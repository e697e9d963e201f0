"""Bringing a backup back: into an empty database only, checked before and after; who was erased meanwhile is erased again."""

import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from subprocess import PIPE
from typing import IO, Any, cast

from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from psycopg2.errors import InsufficientPrivilege

from config.backups import archive, programs
from config.backups.archive import Manifest
from config.backups.making import Progress, counted
from config.backups.programs import Trouble
from config.keys.reindexing import OTHERS, fitting
from trail import vault

OPTIONS = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
EMPTY = "SELECT NOT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')"
# All that the program made, but not the schema itself, which may be the server's.
CLEAR = """
DO $$ DECLARE line text; BEGIN
  FOR line IN
    SELECT format('DROP %s IF EXISTS %s CASCADE',
      CASE relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, quote_ident(relname))
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'S') ORDER BY relkind = 'S'
  LOOP EXECUTE line; END LOOP;
  FOR line IN
    SELECT format('DROP FUNCTION IF EXISTS %s CASCADE', oid::regprocedure) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  LOOP EXECUTE line; END LOOP;
END $$
"""
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}")
OVER = "UPDATE people_signin SET ended_at = %s, ended = 'over', session_key = '' WHERE ended_at IS NULL"
NOTED = """
INSERT INTO trail_entry (at, actor, action, subject, project, detail)
VALUES (%s, 'system', 'backup.restore', 'backup:' || %s, '', '{}')
"""


@dataclass
class Target:
    """The database that a backup goes into: as its owner, as the application, and whether it holds anything."""

    owner: str
    app: str

    @property
    def name(self) -> str:
        """What it is called."""
        return programs.name_of(self.owner)

    def empty(self) -> bool:
        """Whether it holds no table."""
        return bool(self.ask(EMPTY))

    def ask(self, sql: str, *values: Any) -> Any:
        """One statement as the owner, committed; the first value of its answer, if it has one."""
        with closing(programs.connect(self.owner)) as line, line, line.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchone()[0] if cursor.description else None


@dataclass
class Report:
    """What a restore came to: lines for people, and what is not as it should be."""

    lines: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def target(into: str = "") -> Target:
    """The program's own database; or one of this name on the same server, which is made where there is none. Raises Trouble."""
    if not into:
        return Target(settings.OWNER_URL, settings.APP_URL)
    if not NAME.fullmatch(into):
        raise Trouble(
            f"{into!r} is no name for a database here: letters, digits, - and _, beginning with a letter, 63 at most."
        )
    found = Target(programs.on(settings.OWNER_URL, into), programs.on(settings.APP_URL, into))
    with closing(programs.connect(os.environ.get("ADMIN_DATABASE_URL") or settings.OWNER_URL)) as line:
        line.autocommit = True
        with line.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [into])
            if cursor.fetchone() is None:
                _create(cursor, into, programs.user_of(found.owner))
    return found


def _create(cursor: Any, name: str, owner: str) -> None:
    cursor.execute("SELECT format('CREATE DATABASE %%I OWNER %%I', %s, %s)", [name, owner])
    try:
        cursor.execute(cursor.fetchone()[0])
    except InsufficientPrivilege:
        raise Trouble(
            f"Whoever asks may not make databases. Make {name} yourself, owned by {owner}, or let ADMIN_DATABASE_URL name who may."
        ) from None


def may(file: zipfile.ZipFile, manifest: Manifest, seen: Progress) -> None:
    """Whether this backup can be brought back with this program and these keys. Raises Trouble."""
    ours = {vault.key_id(key).hex() for key in settings.PHONE_KEYS}
    if manifest.phone_keys[0] not in ours or vault.key_id(settings.INDEX_KEYS[0]).hex() != manifest.index_key:
        raise Trouble(
            "These are not the keys that this backup needs. Put back the keys.env that was kept with it (of this installation: "
            ".local/keys.env), then try again."
        )
    two_roles = programs.user_of(settings.APP_URL) != programs.user_of(settings.OWNER_URL)
    if two_roles and not manifest.rights:
        raise Trouble(
            "This backup was made where one role did everything: let OWNER_DATABASE_URL name the role of DATABASE_URL."
        )
    if unknown := set(manifest.migrations) - _migrations():
        raise Trouble(f"This backup was made by a newer program ({sorted(unknown)[0]}). Take that one.")
    archive.check(file, manifest, lambda size: seen("checking", size))


def _migrations() -> set[str]:
    """Those that this program has."""
    return {".".join(key) for key in MigrationLoader(None).disk_migrations}


def _asked(cursor: Any, sql: str) -> Any:
    cursor.execute(sql)
    return cursor.fetchone()


def clear(place: Target) -> None:
    """Empty the database for good. Raises Trouble while somebody else is in it."""
    if others := place.ask(OTHERS):
        raise Trouble(f"Stop the program first: {others} connections to {place.name} are open.")
    place.ask(CLEAR)


def restore(
    file: zipfile.ZipFile, manifest: Manifest, place: Target, *, erasures: Sequence[Path], at: datetime, seen: Progress
) -> Report:
    """Bring it back into an empty database, and look whether it is what was there. Raises Trouble where it cannot be read at all."""
    report = Report()
    _load(file, manifest, place, lambda size: seen("database", size))
    with closing(programs.connect(place.owner)) as line, line, line.cursor() as cursor:
        _compare(report, manifest.counts, counted(cursor))
        _open(cursor, manifest.rights, place)
        if not fitting(partial(_asked, cursor)):
            report.wrong.append("our keys are not those of what was brought back")
    place.ask("ANALYZE")
    if not _migrations() <= set(manifest.migrations):
        _manage(place, report, "migrate", "-v0")
    _erase(place, report, erasures)
    place.ask(OVER, at)
    place.ask(NOTED, at, manifest.made_at)
    report.lines.append("nobody is logged in")
    report.lines += _manage(place, report, "verify_history", *(["--kept", manifest.seal] if manifest.seal else []))
    return report


def _load(file: zipfile.ZipFile, manifest: Manifest, place: Target, seen: archive.Seen) -> None:
    program, size = programs.find("pg_restore", manifest.postgres), 0
    with tempfile.TemporaryFile() as said, file.open(archive.DATABASE) as dump:
        with programs.start(program, place.owner, *OPTIONS, stdin=PIPE, stderr=said) as loading:
            pipe = cast("IO[bytes]", loading.stdin)
            try:
                while chunk := dump.read(archive.CHUNK):
                    pipe.write(chunk)
                    size += len(chunk)
                    seen(size)
                pipe.close()
            except BrokenPipeError:  # it says why
                pass
        programs.finish(loading, said)


def _open(cursor: Any, rights: list[str], place: Target) -> None:
    """The application's role may do again what it might, and no more."""
    role = programs.user_of(place.app)
    if role == programs.user_of(place.owner):
        return
    cursor.execute("SELECT quote_ident(%s)", [role])
    (who,) = cursor.fetchone()
    for what in ("TABLES", "SEQUENCES"):
        cursor.execute(f"REVOKE ALL ON ALL {what} IN SCHEMA public FROM {who}")
    for right in rights:
        cursor.execute(f"{right} {who}")


def _compare(report: Report, said: dict[str, int], found: dict[str, int]) -> None:
    for table in sorted(said.keys() | found.keys()):
        if said.get(table) != found.get(table):
            report.wrong.append(f"{table}: {said.get(table)} rows in the backup, {found.get(table)} here")
    report.lines.append(f"{len(said)} tables, {sum(said.values())} rows")


def _erase(place: Target, report: Report, lists: Sequence[Path]) -> None:
    """Who was erased after the backup was made is in it still; the list of them lies outside the database (leads/privacy/listing.py)."""
    for path in lists:
        report.lines += _manage(place, report, "erase_again", "--from", str(path))
    if not lists:
        report.lines.append("no list of erasures was found: whoever was erased since is back (--erasures FILE)")


def _manage(place: Target, report: Report, *command: str) -> list[str]:
    """A command of ours on that database; what it said. What goes wrong stands in the report."""
    env = os.environ | {"DATABASE_URL": place.app, "OWNER_DATABASE_URL": place.owner}
    env.pop("GUISHU_AS", None)
    manage = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), *command]
    done = subprocess.run(manage, env=env, capture_output=True, text=True, check=False)  # noqa: S603 — our own
    if done.returncode:
        report.wrong.append(f"{command[0]}: {(done.stdout + done.stderr).strip()[-programs.SHOWN :]}")
        return []
    return done.stdout.splitlines()
