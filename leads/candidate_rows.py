"""The rows that may concern newcomers, gathered in a fixed number of queries; each is answered from the index that it names."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from leads import identity, vault
from leads.models import Customer, Phone, Registration, Relation
from leads.screening import companies, names, phones
from leads.screening.matching import Newcomer
from people.models import Project

CANONICAL = re.compile(r"\+861[3-9]\d{9}")
BRANCH = 15  # the longest addition that makes a branch of a company (screening.companies.BRANCH)
A_FEW = 5  # of the same full name: more than a screen of them helps nobody
LAST = chr(0x10FFFF)  # sorts after every beginning

# Names of a few, each by walking an index from its beginning: customer_by_company_core, customer_by_company.
BEGINNING = """
SELECT asked.start, found.id FROM unnest(%s::text[]) AS asked(start) CROSS JOIN LATERAL (
  SELECT id FROM leads_customer WHERE {column} <> '' AND merged_into_id IS NULL
  AND {column} ~>=~ asked.start AND {column} ~<~ (asked.start || %s) ORDER BY {column} USING ~<~ LIMIT %s) AS found
"""
# customer_by_pinyin
NAMED = """
SELECT asked.start, found.id FROM unnest(%s::text[]) AS asked(start) CROSS JOIN LATERAL (
  SELECT id FROM leads_customer WHERE pinyin COLLATE "C" = asked.start AND merged_into_id IS NULL AND company_key = ''
  ORDER BY pinyin COLLATE "C", id LIMIT %s) AS found
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A newcomer with the keys under which the records may know them; a key that does not apply is empty.

    `index` is that of the whole number, `ends` the bucket of the first and the last three digits, of a whole number or a mask.
    """

    new: Newcomer
    whole: str = ""  # E.164
    masked: str = ""
    index: bytes = b""
    ends: bytes = b""
    company: str = ""
    core: str = ""
    pinyin: str = ""

    @classmethod
    def of(cls, new: Newcomer) -> "Asked":
        """Read once: the number, and the name as a company's or a person's."""
        read = phones.Phone("mobile", e164=new.number) if CANONICAL.fullmatch(new.number) else phones.read(new.number)
        keys: dict[str, str] = {}
        if new.kind == Customer.Kind.COMPANY:
            keys = {"company": companies.plain(new.name), "core": companies.core(new.name)[1]}
        elif not names.is_bare(new.name.strip()):
            keys = {"pinyin": identity.reading(new.name)[0]}
        whole, masked = read.e164 or "", read.masked or ""
        digits = phones.national(whole) or masked
        ends = vault.ends(digits[:3], digits[-3:]) if digits else b""
        return cls(new, whole, masked, vault.whole(whole) if whole else b"", ends, **keys)

    @property
    def head_offices(self) -> list[str]:
        """Whose branch a company of this name would be: the beginnings of the name, the name itself among them."""
        least = max(len(self.company) - BRANCH, 4)
        return [self.company[:n] for n in range(min(least, len(self.company)), len(self.company) + 1)]


class Rows:
    """What was gathered, and of it what concerns one of those asked about."""

    def __init__(self, project: Project, asked: Sequence[Asked], *, alike: bool) -> None:
        self.project, self.asked = project, asked
        self._whole, self._masked = self._by_whole(), self._by_mask()
        self._reports, self._companies = self._by_ends(), self._by_company()
        self._names = self._by_name() if alike else {}

    @classmethod
    def gather(cls, project: Project, asked: Sequence[Asked], *, alike: bool) -> "Rows":
        """All rows that may concern these newcomers; those of masks and names only where this project knows the customer."""
        rows = cls(project, asked, alike=alike)
        doubtful = {phone.customer_id for found in rows._masked.values() for phone in found}
        known = rows._known(doubtful)
        rows._masked = {key: [p for p in found if p.customer_id in known] for key, found in rows._masked.items()}
        return rows

    # ── what concerns one of them ──

    def phones_of(self, asked: Asked) -> Iterable[Phone]:
        """Numbers that are theirs wholly, or may be by the mask."""
        if asked.whole:
            return self._whole.get(asked.index, ())
        return self._masked.get(_mask_key(asked.masked), ()) if asked.masked else ()

    def waiting_of(self, asked: Asked) -> Iterable[Registration]:
        """Masked reports of this project in their bucket."""
        return self._reports.get(asked.ends, ()) if asked.ends else ()

    def companies_of(self, asked: Asked) -> Iterable[Customer]:
        """Companies by code, by name, by beginning of the name."""
        if asked.new.kind != Customer.Kind.COMPANY:
            return ()
        keys = [("code", asked.new.code), ("core", asked.core), ("key", asked.company)]
        keys += [("name", head) for head in asked.head_offices]
        return {one.pk: one for kind, key in keys if key for one in self._companies.get((kind, key), ())}.values()

    def alike_of(self, asked: Asked) -> Iterable[Customer]:
        """People whose full name reads the same."""
        return self._names.get(asked.pinyin, ()) if asked.pinyin else ()

    @cached_property
    def relations(self) -> list[Relation]:
        """Relations of everybody found so far, with both ends."""
        found = {p.customer_id for rows in (*self._whole.values(), *self._masked.values()) for p in rows}
        found |= {c.pk for rows in self._companies.values() for c in rows}
        if not found:
            return []
        either = Q(customer__in=found) | Q(other__in=found)
        rows = list(Relation.objects.filter(either, other__isnull=False))
        people = Customer.objects.in_bulk({pk for row in rows for pk in (row.customer_id, row.other_id)})
        for row in rows:
            row.customer, row.other = people[row.customer_id], people[row.other_id]
        return rows

    # ── the queries ──

    def _by_whole(self) -> dict[bytes, list[Phone]]:
        keys = {one.index for one in self.asked} - {b""}
        return _grouped(_numbers(whole__in=keys) if keys else (), "whole")  # phone_of_one_customer

    def _by_mask(self) -> dict[bytes, list[Phone]]:
        """前三后四 by phone_by_first3_last4, every other mask by phone_by_ends."""
        keys = {_mask_key(one.masked): phones.is_first3_last4(one.masked) for one in self.asked if one.masked}
        m34, ends = ([key for key, is34 in keys.items() if is34 == which] for which in (True, False))
        return _grouped(_numbers(m34__in=m34) if m34 else (), "m34") | _grouped(
            _numbers(ends33__in=ends) if ends else (), "ends33"
        )

    def _by_ends(self) -> dict[bytes, list[Registration]]:
        keys = {one.ends for one in self.asked} - {b""}
        waiting = Registration.objects.provisional().filter(project=self.project, ends33__in=keys).in_order()
        return _grouped(waiting if keys else (), "ends33")  # registration_waiting_ends

    def _by_company(self) -> dict[tuple[str, str], list[Customer]]:
        """By code (customer_code_once), by name and by the beginning of a longer or a whole one (customer_by_company…)."""
        asked = [one for one in self.asked if one.new.kind == Customer.Kind.COMPANY]
        if not asked:
            return {}
        begun = [("core", _begun("company_core", {one.core for one in asked if len(one.core) > 1}))]
        begun += [("key", _begun("company_key", {one.company for one in asked if one.company}))]
        heads = {head for one in asked for head in one.head_offices}
        codes = {one.new.code for one in asked} - {""}
        ids = {pk for _kind, pairs in begun for _start, pk in pairs}
        either = Q(pk__in=ids) | Q(company_key__in=heads) | Q(code__in=codes)
        found = {one.pk: one for one in Customer.objects.filter(either, ~Q(company_key=""), merged_into=None)}
        keyed: dict[tuple[str, str], list[Customer]] = defaultdict(list)
        for kind, pairs in begun:
            for start, pk in pairs:
                keyed[kind, start].append(found[pk])
        for one in found.values():
            keyed["name", one.company_key].append(one)
            keyed["code", one.code].append(one)
        return keyed

    def _by_name(self) -> dict[str, list[Customer]]:
        readings = {one.pinyin for one in self.asked} - {""}
        pairs = _pairs(NAMED, [list(readings), A_FEW]) if readings else []
        people = self._known({pk for _start, pk in pairs})
        keyed: dict[str, list[Customer]] = defaultdict(list)
        for start, pk in pairs:
            if pk in people:
                keyed[start].append(people[pk])
        return keyed

    def _known(self, ids: set[UUID]) -> dict[UUID, Customer]:
        """Of these customers those whom this project knows."""
        return {one.pk: one for one in identity.of_project(self.project).filter(pk__in=ids)} if ids else {}


def _mask_key(masked: str) -> bytes:
    """The bucket in which a mask's numbers stand."""
    if phones.is_first3_last4(masked):
        return vault.first3_last4(masked[:3], masked[-4:])
    return vault.ends(masked[:3], masked[-3:])


def _numbers(**given: Any) -> Any:
    return Phone.objects.filter(**given, customer__merged_into=None).select_related("customer").order_by("shared", "pk")


def _grouped(rows: Iterable[Any], column: str) -> dict[bytes, list[Any]]:
    groups: dict[bytes, list[Any]] = defaultdict(list)
    for row in rows:
        groups[bytes(getattr(row, column))].append(row)
    return groups


def _begun(column: str, starts: set[str]) -> list[tuple[str, UUID]]:
    """Companies that begin with one of these, at most a screen of each."""
    return _pairs(BEGINNING.format(column=column), [list(starts), LAST, identity.MOST]) if starts else []


def _pairs(statement: str, given: list[Any]) -> list[tuple[str, UUID]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())
