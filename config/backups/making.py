"""Making a backup, beside people who write: dump and counts are of one instant."""

import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE
from typing import IO, Any, cast

from django.conf import settings

from config.backups import archive, programs
from config.backups.archive import Manifest
from leads.privacy import listing
from trail import seals, vault

SESSIONS = "django_session"  # nobody is logged in by a backup
OPTIONS = (
    "--format=custom", f"--exclude-table-data=public.{SESSIONS}", "--no-publications", "--no-subscriptions",
    "--lock-wait-timeout=60s",
)  # fmt: skip
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
SEAL = "SELECT number || ':' || encode(digest, 'hex') FROM trail_seal ORDER BY number DESC LIMIT 1"
# What the application's role may do, as statements that lack whom only: it may be called something else where this is brought back.
RIGHTS = """
WITH who AS (SELECT oid FROM pg_roles WHERE rolname = %(role)s), here AS (SELECT 'public'::regnamespace AS schema)
SELECT format('GRANT %%s ON %%s %%s TO', string_agg(privilege_type, ', '),
  CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass)
FROM who, here, pg_class c, aclexplode(relacl)
WHERE relnamespace = schema AND grantee = who.oid AND relowner <> who.oid GROUP BY c.oid, relkind
UNION ALL
SELECT format('GRANT %%s (%%I) ON TABLE %%s TO', string_agg(privilege_type, ', '), attname, c.oid::regclass)
FROM who, here, pg_class c JOIN pg_attribute ON attrelid = c.oid, aclexplode(attacl)
WHERE relnamespace = schema AND grantee = who.oid AND relowner <> who.oid GROUP BY c.oid, attname
UNION ALL
SELECT format('GRANT %%s ON SCHEMA public TO', string_agg(privilege_type, ', '))
FROM who, here, pg_namespace n, aclexplode(nspacl) WHERE n.oid = schema AND grantee = who.oid GROUP BY n.oid
UNION ALL
SELECT format('ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT %%s ON %%s TO', string_agg(privilege_type, ', '),
  CASE defaclobjtype WHEN 'S' THEN 'SEQUENCES' ELSE 'TABLES' END)
FROM who, here, pg_default_acl, aclexplode(defaclacl)
WHERE defaclnamespace = schema AND grantee = who.oid AND defaclobjtype IN ('r', 'S') GROUP BY defaclobjtype
ORDER BY 1
"""
Progress = Callable[[str, int], None]


def make(folder: Path, *, at: datetime, seen: Progress) -> tuple[Path, Manifest]:
    """Write a backup into this folder; gives the file and what it holds. `seen(step, bytes)` is called as it goes.

    Raises Trouble; then nothing is left behind.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / archive.named(at.astimezone(UTC))
    if path.exists():
        raise programs.Trouble(f"{path} is there already.")
    seals.seal(at=at)
    with _instant() as (snapshot, manifest), archive.whole(path) as file, zipfile.ZipFile(file, "w") as whole:
        manifest.made_at = at.isoformat()
        _dump(whole, manifest, snapshot, lambda size: seen("database", size))
        whole.writestr(archive.MANIFEST, manifest.text())
    _keep_erasures(folder)
    return path, manifest


def _keep_erasures(folder: Path) -> None:
    """The list of who was erased goes beside the backups: whoever restores an older one erases them again.

    An empty one where nobody was: else a restore could not tell that from a list that was lost. Never in place of one that is there:
    a machine that is set up anew knows of nobody, and its first backup comes before the restore.
    """
    listing.complete()
    kept, beside = Path(settings.GUISHU_ERASURES), folder / archive.ERASURES
    if kept.exists() and kept.parent.resolve() != folder.resolve():
        _write(beside, kept.read_bytes())
    elif not kept.exists() and not beside.exists():
        _write(beside, b"")


def _write(path: Path, content: bytes) -> None:
    with archive.whole(path) as file:
        file.write(content)


@contextmanager
def _instant() -> Iterator[tuple[str, Manifest]]:
    """One instant of the database, by name, for whoever reads along; and what there was then."""
    with closing(programs.connect(settings.OWNER_URL)) as line, line.cursor() as cursor:
        line.set_session(isolation_level="REPEATABLE READ", readonly=True)
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        yield snapshot, _manifest(cursor, line.server_version)


def _manifest(cursor: Any, server: int) -> Manifest:
    cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
    migrations = [name for (name,) in cursor.fetchall()]
    cursor.execute(SEAL)
    seal = cursor.fetchone()
    cursor.execute(RIGHTS, {"role": settings.APP_ROLE})
    rights = [line for (line,) in cursor.fetchall()]
    keys = [vault.key_id(key).hex() for key in settings.PHONE_KEYS]
    index = vault.key_id(settings.INDEX_KEYS[0]).hex()
    return Manifest("", server, migrations, counted(cursor), rights, seal[0] if seal else "", keys, index)


def counted(cursor: Any) -> dict[str, int]:
    """How many rows each table has."""
    cursor.execute(TABLES)
    tables = [name for (name,) in cursor.fetchall() if name != SESSIONS]
    counts = {}
    for table in tables:
        cursor.execute(f'SELECT count(*) FROM public."{table}"')  # noqa: S608 — a table of our own
        (counts[table],) = cursor.fetchone()
    return counts


def _dump(whole: zipfile.ZipFile, manifest: Manifest, snapshot: str, seen: archive.Seen) -> None:
    program = programs.find("pg_dump", manifest.postgres)
    with tempfile.TemporaryFile() as said:
        given = (*OPTIONS, f"--snapshot={snapshot}")
        with programs.start(program, settings.OWNER_URL, *given, stdout=PIPE, stderr=said) as dump:
            archive.add(whole, manifest, cast("IO[bytes]", dump.stdout), seen)
        programs.finish(dump, said)
