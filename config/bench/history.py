"""What was measured before: a line of JSON for each subject of a run, with the machine and how busy it was."""

import json
import os
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from trail import clock

FILE = settings.BASE_DIR / ".local" / "bench-history.jsonl"


def machine() -> dict[str, Any]:
    """Where and beside what it was measured."""
    return {"system": platform.system(), "cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1)}


def append(file: Path, subject: str, size: int | None, rows: Sequence[Any]) -> None:
    """One more line. `size`: customers in the database, where they count."""
    line = {
        "at": clock.now().isoformat(timespec="seconds"), "machine": machine(), "subject": subject, "size": size,
        "rows": [row.as_dict() for row in rows],
    }  # fmt: skip
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(line, ensure_ascii=False) + "\n")


def lines(file: Path) -> Iterator[dict[str, Any]]:
    """All of them, the oldest first; none where nothing was measured."""
    if file.exists():
        yield from map(json.loads, file.read_text("utf-8").splitlines())
