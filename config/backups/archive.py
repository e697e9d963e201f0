"""The file of a backup: a zip whose parts are not packed once more, and what they must come to."""

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Self

from config.backups.programs import Trouble

FORMAT = 1
DATABASE, MANIFEST = "database.dump", "manifest.json"
ERASURES = "erasures.jsonl"  # beside the backups
CHUNK = 1 << 20
NAME, NAMES = "guishu-%Y%m%d-%H%M%S.backup", "guishu-*.backup"  # in order of time, by name
Seen = Callable[[int], None]


@dataclass
class Manifest:
    """What a backup holds: migrations as `app.name`, rows of each table, what the application's role may do, the last seal, ids of
    the keys that open it, its parts.
    """

    made_at: str
    postgres: int
    migrations: list[str]
    counts: dict[str, int]
    rights: list[str]
    seal: str
    phone_keys: list[str]
    index_key: str
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    format: int = FORMAT

    def text(self) -> str:
        """As it stands in the file."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False)

    @classmethod
    def read(cls, text: bytes) -> Self:
        """Raises Trouble for what is none."""
        try:
            given = json.loads(text)
            if given["format"] > FORMAT:
                raise Trouble("This backup was made by a newer program. Take that one.")
            return cls(**given)
        except (ValueError, TypeError, KeyError) as wrong:
            raise Trouble("This is no backup of Guishu, or it was damaged.") from wrong


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A new file that nobody else may read, under its name once it is whole and on the disk; never by half."""
    part = path.with_name(f".{path.name}.part")
    file = os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def add(archive: zipfile.ZipFile, manifest: Manifest, source: IO[bytes], seen: Seen) -> None:
    """Write the dump into the file as it comes, and note what it comes to."""
    digest, size = hashlib.sha256(), 0
    with archive.open(zipfile.ZipInfo(DATABASE), "w", force_zip64=True) as part:
        while chunk := source.read(CHUNK):
            part.write(chunk)
            digest.update(chunk)
            size += len(chunk)
            seen(size)
    manifest.parts[DATABASE] = {"bytes": size, "sha256": digest.hexdigest()}


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """A backup to read. Raises Trouble for a file that is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive, Manifest.read(archive.read(MANIFEST))
    except FileNotFoundError as missing:
        raise Trouble(f"{path}: no such file") from missing
    except (zipfile.BadZipFile, KeyError) as wrong:
        raise Trouble(f"{path} is no backup of Guishu, or it was damaged.") from wrong


def check(archive: zipfile.ZipFile, manifest: Manifest, seen: Seen) -> None:
    """Hold each part against its digest. Raises Trouble where one differs."""
    for name, said in manifest.parts.items():
        digest, size = hashlib.sha256(), 0
        with archive.open(name) as part:
            while chunk := part.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                seen(size)
        if (size, digest.hexdigest()) != (said["bytes"], said["sha256"]):
            raise Trouble(f"{name} is not what was written: this backup was damaged or changed. Take another.")


def keep(folder: Path, most: int) -> list[Path]:
    """Remove all but the newest backups; gives those that went."""
    old = sorted(folder.glob(NAMES))[:-most]
    for path in old:
        path.unlink()
    return old


def named(at: datetime) -> str:
    """What a backup of this moment is called."""
    return at.strftime(NAME)
