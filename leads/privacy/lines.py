"""The register of personal data (trail/personal.py) held against the database: whose rows are found where, and how they are called."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q

from leads import vault
from leads.models import Customer
from leads.models.customer import ERASED_NAME, FROZEN_NAME
from trail.personal import TABLES, Table, Them

WHY = "history_change_reason"  # of an old version: why it was changed, in somebody's words
STAND_INS = {FROZEN_NAME, ERASED_NAME}


@dataclass(frozen=True, slots=True)
class Line:
    """A table of the register, and its model."""

    model: type[models.Model]
    table: Table

    @property
    def name(self) -> str:
        """The table in the database."""
        return self.model._meta.db_table

    def field(self, column: str) -> "models.Field[Any, Any]":
        """A column by its name in the register."""
        return self.model._meta.get_field(column)  # type: ignore[return-value]

    def rows(self, them: Them) -> "models.QuerySet[Any]":
        """Their rows. Each way to them is asked for by itself: it has its index, and all of them in one question have none."""
        manager: Any = self.model._base_manager
        found = set[Any]()
        for path in self.table.of:
            where = path(them) if callable(path) else Q(**{f"{path}__in": them.ids})
            found |= set(manager.filter(where).values_list("pk", flat=True))
        if self.table.scan and them.numbers:
            rows = manager.values_list("pk", *self.table.scan).iterator()
            found |= {pk for pk, *texts in rows if any(them.named_in(str(text)) for text in texts if text)}
        return manager.filter(pk__in=found)


@cache
def lines() -> list[Line]:
    """All of them; behind each table its old versions, where they are kept."""
    found = []
    for label, table in TABLES.items():
        model = apps.get_model(label)
        found.append(Line(model, table))
        if history := getattr(model, "history", None):
            found.append(Line(history.model, _old(table, history.model)))
    return found


def _old(table: Table, model: type[models.Model]) -> Table:
    """The same of old versions, which lack a column here and there."""
    has = {field.name for field in model._meta.get_fields()}
    left: dict[str, Any] = {
        kind: tuple(c for c in getattr(table, kind) if c in has) for kind in ("name", "blank", "text", "number")
    }
    left["blank"] += (WHY,)
    of = tuple("id" if path == "pk" else path for path in table.of)
    words = {column: rewrite for column, rewrite in table.words.items() if column in has}
    return replace(table, label=model._meta.label, of=of, words=words, **left)


def family(customer: Customer) -> list[UUID]:
    """Their record, and those that were merged into it."""
    found = [customer.pk]
    for pk in found:
        found += Customer.objects.filter(merged_into=pk).order_by("pk").values_list("pk", flat=True)
    return found


def whom(customer: Customer, stand_in: str, known: "Iterable[tuple[str, dict[str, Any]]]" = ()) -> Them:
    """Everything that says who they are: by what stands in the tables, and by `known` rows (table, columns) of a sealed piece."""
    them = Them(tuple(family(customer)), stand_in)
    names, numbers, places = set[str](), set[str](), {str(pk) for pk in them.ids}
    told = {line.name: line for line in lines()}
    for line in told.values():
        if line.table.name or line.table.number:
            for row in line.rows(them).values():
                _called(line, row, names, numbers)
    for table, row in known:
        _called(told[table], row, names, numbers)
    them = replace(them, names=frozenset(names), numbers=frozenset(numbers))
    for line in told.values():
        if "no" in line.table.kept:
            places |= set(line.rows(them).values_list("no", flat=True))
    return replace(them, places=frozenset(places))


def _called(line: Line, row: dict[str, Any], names: set[str], numbers: set[str]) -> None:
    for column in line.table.name:
        if (name := row.get(column)) and name not in STAND_INS:
            names |= {one for one in (name, name + (row.get("honorific") or "")) if len(one) > 1}
    for column in line.table.number:
        if sealed := row.get(column):
            raw = bytes.fromhex(sealed[2:]) if isinstance(sealed, str) else bytes(sealed)
            number = vault.unseal(raw) if raw else ""
            numbers |= {number} if number.startswith("+") else set()
