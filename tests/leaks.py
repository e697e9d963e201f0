"""Does something that leaves the program say a whole number? Everything is searched for every number, plain and as the hex of its bytes."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.template.loader import render_to_string
from django.utils import translation

from finance.exports.storing import content
from finance.models import Export
from people.channels import Letter
from people.models import RobotPost
from trail.models import Message

RUN = re.compile(r"(?<!\d)(?:86|0086)?(\d{10,12})(?!\d)")
HEX = re.compile(r"(?:3\d){10,14}")  # ten digits or more in ASCII, as bytea shows them
BY_TABLE = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


def numbers(text: str, ours: set[str]) -> set[str]:
    """Which of our numbers the text says."""
    hidden = (bytes.fromhex(found).decode() for found in HEX.findall(text))
    runs = [*RUN.findall(text), *(run[start:] for run in hidden for start in range(len(run) - 9))]
    return {run[:size] for run in runs for size in (10, 11, 12)} & ours


def dump() -> Iterator[tuple[str, str]]:
    """Each table as pg_dump writes it: by COPY. Inside the test's transaction, which a dump from outside would not see."""
    with connection.cursor() as cursor:
        cursor.execute(BY_TABLE)
        for (table,) in cursor.fetchall():
            out = io.StringIO()
            cursor.copy_expert(f'COPY "{table}" TO STDOUT', out)
            yield f"dump of {table}", out.getvalue()


def exports() -> Iterator[tuple[str, str]]:
    """Every file that was exported; of a sheet what stands in it."""
    for export in Export.objects.filter(whole=False, state=Export.State.DONE):
        yield f"export {export.no}", _readable(b"".join(content(export)))


def _readable(file: bytes) -> str:
    if not zipfile.is_zipfile(io.BytesIO(file)):
        return file.decode()
    with zipfile.ZipFile(io.BytesIO(file)) as sheet:
        return "".join(sheet.read(name).decode(errors="replace") for name in sheet.namelist())


def mails() -> Iterator[tuple[str, str]]:
    """Every message as mails say it, many in one, in both languages."""
    for language in ("zh-hans", "en"):
        with translation.override(language):
            letters = [Letter(message.pk, str(message), message.at, False) for message in Message.objects.all()]
            shown: dict[str, Any] = {"letters": letters, "base": "http://127.0.0.1:8000"}
            yield (
                f"mail in {language}",
                "".join(render_to_string(f"people/mail.{form}", shown) for form in ("txt", "html")),
            )


def robots() -> Iterator[tuple[str, str]]:
    """What robots post."""
    for post in RobotPost.objects.all():
        yield f"robot {post.kind}", f"{post.sentence} {post.facts} {post.link}"
