"""Make a new key and put it before those that there are (docs/running.md, "New keys")."""

import base64
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

KINDS = {"phone": "GUISHU_PHONE_KEY", "index": "GUISHU_INDEX_KEY"}
KEPT = ".local/keys.env"
NEXT = {
    "phone": "start everything anew, then: ./guishu manage rotate_keys",
    # Begun under the new key before that, it would find nobody.
    "index": "stop the program, then: ./guishu manage rotate_keys --index, and start it",
}


class Command(BaseCommand):
    help = "Make a new key: into .local/keys.env, where that holds the keys; else it is printed, for wherever yours are kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=KINDS)

    def handle(self, *args: Any, kind: str, **options: Any) -> None:
        name, now = KINDS[kind], settings.PHONE_KEYS if kind == "phone" else settings.INDEX_KEYS
        ring = ":".join([base64.urlsafe_b64encode(os.urandom(32)).decode(), *now])
        kept = Path(settings.BASE_DIR) / KEPT
        old, new = f"{name}={':'.join(now)}", f"{name}={ring}"
        if kept.exists() and old in kept.read_text():
            _write(kept, kept.read_text().replace(old, new))
            self.stdout.write(
                f"{KEPT} has it, before the key that there was. Keep a copy of the file apart from the backups,"
            )
            self.stdout.write(NEXT[kind])
        else:
            self.stdout.write(new)


def _write(path: Path, text: str) -> None:
    """Whole or not at all, and readable by nobody else."""
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
