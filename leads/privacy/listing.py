"""Who was erased, kept outside the database: what is erased again when a backup from before is restored (trust.md §3.4).

A line for each, of an id and a time and nothing else. The file is written when the erasure is; what a crash in between left out
the nightly job adds from the table (leads/upkeep.py).
"""

import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings

from leads.models import Erasure


def add(rows: Iterable[Erasure]) -> None:
    """Append these."""
    lines = [{"customer": str(row.customer_id), "at": row.at.isoformat()} for row in rows]
    path = Path(settings.GUISHU_ERASURES)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        file.write("".join(json.dumps(line) + "\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())


def read(path: str | Path) -> list[tuple[str, datetime]]:
    """Who and when, each once, as listed; a last line that a crash cut off is left out."""
    found: dict[str, datetime] = {}
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        try:
            one = json.loads(line)
        except ValueError:
            continue
        found.setdefault(one["customer"], datetime.fromisoformat(one["at"]))
    return list(found.items())


def complete() -> int:
    """Add who is missing from the list; how many."""
    listed = (
        {customer for customer, _at in read(settings.GUISHU_ERASURES)}
        if Path(settings.GUISHU_ERASURES).exists()
        else set()
    )
    missing = [row for row in Erasure.objects.order_by("pk") if str(row.customer_id) not in listed]
    if missing:
        add(missing)
    return len(missing)
