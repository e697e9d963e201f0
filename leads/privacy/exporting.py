"""Everything kept about one person, to be handed to them (PIPL 45): their own data whole, other people's masked; streamed.

What there is stands in the register of personal data (trail/personal.py), so nothing can be left out that an app keeps.
"""

import base64
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.db import models
from django.utils.html import format_html

from leads import vault
from leads.models import Customer
from leads.models.customer import FROZEN_NAME
from leads.privacy.erasing import on_record
from leads.privacy.lines import Line, lines, whom
from leads.screening import names, phones
from people.models import User
from trail.models import Entry
from trail.personal import Them

# Not theirs to have: what was only made to find them, and what is kept in place of them.
LEFT_OUT = {
    "leads.Withheld",
    "leads.Erasure",
    "trail.Allowance",
    "trail.Once",
    "arbitration.AttachmentContent",
    "penalties.AccusationFileContent",
}
SEALED = ("sealed", "payload")  # how columns begin that hold sealed text


def export_person(*, customer: Customer, by: User, at: datetime) -> Iterator[bytes]:
    """One JSON document, piece by piece: by table the rows that are about them, and who looked at what of theirs. On record.

    A frozen customer has nothing but what stayed; they are released first.
    """
    on_record("person.exported", customer, by, at)
    return _document(customer, at)


def export_person_html(*, customer: Customer, by: User, at: datetime) -> Iterator[bytes]:
    """The same to be read and printed."""
    on_record("person.exported", customer, by, at, form="html")
    return _page(customer, at)


def _document(customer: Customer, at: datetime) -> Iterator[bytes]:
    head = {"customer": str(customer.pk), "made_at": at.isoformat()}
    yield json.dumps(head).encode()[:-1] + b', "kept": {'
    for n, (label, rows) in enumerate(_tables(customer)):
        yield (",\n" if n else "\n").encode() + json.dumps(label).encode() + b": ["
        for m, row in enumerate(rows):
            yield (",\n " if m else "\n ").encode() + json.dumps(row, ensure_ascii=False).encode()
        yield b"]"
    yield b"\n}}\n"


def _page(customer: Customer, at: datetime) -> Iterator[bytes]:
    yield format_html(
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{}</title><h1>{}</h1><p>{}</p>\n',
        str(customer), str(customer), at.isoformat(),
    ).encode()  # fmt: skip
    for label, rows in _tables(customer):
        for n, row in enumerate(rows):
            title = format_html("<h2>{}</h2>", label) if n == 0 else ""
            cells = format_html("{}", "").join(
                format_html("<dt>{}</dt><dd>{}</dd>", key, _said(value)) for key, value in row.items() if value not in (None, "")
            )  # fmt: skip
            yield f"{title}<dl>{cells}</dl>\n".encode()
    yield b"</html>\n"


def _said(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _tables(customer: Customer) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    """By table, the rows; old versions of rows with them."""
    them = whom(customer, FROZEN_NAME)
    people = _People()
    for line in lines():
        if line.table.label not in LEFT_OUT and not line.table.copy:
            rows = line.rows(them).order_by("pk").distinct().iterator(chunk_size=500)
            yield line.table.label, (_row(line, row, them, people) for row in rows)
    yield "trail.Entry", (_entry(row, people) for row in _log(them))


def _log(them: Them) -> "models.QuerySet[Entry]":
    """What was done to them and looked up of them, by whom."""
    return Entry.objects.filter(subject__in=[f"customer:{pk}" for pk in them.ids]).order_by("at", "pk")


class _People:
    """Who works here, masked; each is looked up once."""

    def __init__(self) -> None:
        self.known: dict[Any, str] = {}

    def __getitem__(self, pk: Any) -> str:
        if pk not in self.known:
            user = User.objects.filter(pk=pk).first() if str(pk).isdigit() else None
            self.known[pk] = names.hidden(user.name) if user else str(pk)
        return self.known[pk]


def _row(line: Line, row: models.Model, them: Them, people: _People) -> dict[str, Any]:
    return {
        field.name: _value(line, field, getattr(row, field.attname), them, people)
        for field in row._meta.concrete_fields
        if not (isinstance(field, models.BinaryField) and not field.name.startswith(SEALED))
    }


def _value(line: Line, field: "models.Field[Any, Any]", value: Any, them: Them, people: _People) -> Any:
    if value is None or (isinstance(value, bool | int) and not field.is_relation):
        return value
    if field.is_relation:
        return _named(field, value, them, people)
    if isinstance(field, models.BinaryField):
        return _opened(vault.unseal(value), them)
    if field.name == "payload":
        return {key: _number(one, them) if isinstance(one, str) else one for key, one in value.items()}
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, dict | list) else str(value)


def _named(field: "models.Field[Any, Any]", value: Any, them: Them, people: _People) -> Any:
    if field.related_model is User:
        return people[value]
    if field.related_model is Customer and value not in them.ids:
        other = Customer.objects.filter(pk=value).first()
        return names.hidden(other.name) if other else None
    return str(value) if isinstance(value, UUID) else value


def _opened(text: str, them: Them) -> str:
    """A sealed text: a number of theirs whole, another masked; of a longer text the lines that are about them."""
    if phones.read(text).kind in ("mobile", "landline"):
        return text if text in them.numbers else phones.mask34(text)
    if "\n" not in text:
        return text
    return "\n".join(
        line for line in text.splitlines() if them.named_in(line) or any(one in line for one in them.names)
    )


def _number(text: str, them: Them) -> str:
    """A sealed number inside a JSON value."""
    try:
        return _opened(vault.unseal(base64.b64decode(text, validate=True)), them)
    except (InvalidTag, ValueError):
        return text


def _entry(row: Entry, people: _People) -> dict[str, Any]:
    return {"at": row.at.isoformat(), "action": row.action, "by": people[row.actor], "detail": row.detail}
