"""The rows that may concern newcomers, gathered in a fixed number of queries; each is answered from the index that it names."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from leads import identity, vault
from leads.models import Customer, Phone, Registration, Relation
from leads.screening import companies, names, phones
from leads.screening.matching import Newcomer
from people.models import Project
from trail.together import Prepared, among, given

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
# Numbers by phone_of_one_customer, phone_by_first3_last4 and phone_by_ends; the kin of whose they are; people by customer_by_pinyin.
MET = """
WITH number AS MATERIALIZED (
  SELECT id, customer_id, false AS doubtful FROM leads_phone WHERE whole = ANY(%(whole)s::bytea[])
  UNION ALL SELECT id, customer_id, true FROM leads_phone WHERE m34 = ANY(%(m34)s::bytea[])
  UNION ALL SELECT id, customer_id, true FROM leads_phone WHERE ends33 = ANY(%(masks)s::bytea[])
), kin AS MATERIALIZED (
  SELECT id, customer_id, other_id FROM leads_relation
  WHERE customer_id IN (SELECT customer_id FROM number) AND other_id IS NOT NULL
  UNION SELECT id, customer_id, other_id FROM leads_relation WHERE other_id IN (SELECT customer_id FROM number)
), alike AS MATERIALIZED (
  SELECT found.id FROM unnest(%(names)s::text[]) AS asked(name) CROSS JOIN LATERAL (
    SELECT id FROM leads_customer WHERE pinyin COLLATE "C" = asked.name AND merged_into_id IS NULL AND company_key = ''
    ORDER BY pinyin COLLATE "C", id LIMIT %(a_few)s) AS found
)
"""


def one_of(ids: str) -> RawSQL:
    """What MET has found, as a condition: `pk__in=one_of("SELECT id FROM kin")`."""
    return RawSQL(ids, [])  # noqa: S611


def questions() -> dict[str, Any]:
    """What is read of newcomers beside MET: of masks and names only those whom this project knows."""
    waiting = Registration.objects.provisional().filter(
        among("leads_registration.ends33", "ends"), project=given("project")
    )
    doubtful = one_of("SELECT customer_id FROM number WHERE doubtful UNION ALL SELECT id FROM alike")
    return {
        "numbers": Phone.objects.filter(pk__in=one_of("SELECT id FROM number"), customer__merged_into=None)
        .select_related("customer").order_by("shared", "pk"),
        "known": identity.of_project(given("project")).filter(pk__in=doubtful).order_by("pk"),
        "waiting": waiting.in_order(),  # registration_waiting_ends
        "alike": "SELECT id FROM alike",
    }  # fmt: skip


def kin() -> QuerySet[Relation]:
    """Relations of everybody whose number was met, with both ends."""
    return Relation.objects.filter(pk__in=one_of("SELECT id FROM kin")).select_related("customer", "other")


GATHER = Prepared(questions, before=MET)


class Asked(NamedTuple):
    """A newcomer with the keys under which the records may know them; a key that does not apply is empty.

    `keyed` is the index of the whole number, `ends` the bucket of the first and the last three digits, of a whole number or a mask.
    """

    new: Newcomer
    whole: str = ""  # E.164
    masked: str = ""
    keyed: bytes = b""
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


def keys(project: Project, asked: Sequence[Asked], *, alike: bool) -> dict[str, Any]:
    """What MET and `questions` are asked about. `alike`: people with the same full name as well."""
    masks = {one.masked for one in asked} - {""}
    return {
        "project": project.pk, "whole": list({one.keyed for one in asked} - {b""}),
        "m34": [_mask_key(mask) for mask in masks if phones.is_first3_last4(mask)],
        "masks": [_mask_key(mask) for mask in masks if not phones.is_first3_last4(mask)],
        "ends": list({one.ends for one in asked} - {b""}),
        "names": list({one.pinyin for one in asked} - {""}) if alike else [], "a_few": A_FEW,
    }  # fmt: skip


class Rows:
    """What was gathered, and of it what concerns one of those asked about.

    `found`: the answers to `questions`; with `kin` where nobody asks about companies, else that is read once it is needed.
    """

    def __init__(self, asked: Sequence[Asked], found: dict[str, list[Any]]) -> None:
        self.asked, self._kin = asked, found.get("kin")
        known = {one.pk: one for one in found["known"]}
        alike = (known.get(UUID(row["id"])) for row in found["alike"])
        self._whole, masked = (
            _grouped(found["numbers"], "whole"),
            [p for p in found["numbers"] if p.customer_id in known],
        )
        self._masked = _grouped(masked, "m34") | _grouped(masked, "ends33")
        self._reports, self._companies = _grouped(found["waiting"], "ends33"), self._by_company()
        self._names: dict[str, list[Customer]] = defaultdict(list)
        for one in filter(None, alike):
            self._names[one.pinyin].append(one)

    @classmethod
    def gather(cls, project: Project, asked: Sequence[Asked], *, alike: bool) -> "Rows":
        """All rows that may concern these newcomers."""
        return cls(asked, GATHER.ask(**keys(project, asked, alike=alike)) if asked else defaultdict(list))

    # ── what concerns one of them ──

    def phones_of(self, asked: Asked) -> Iterable[Phone]:
        """Numbers that are theirs wholly, or may be by the mask."""
        if asked.whole:
            return self._whole.get(asked.keyed, ())
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

    @property
    def people(self) -> dict[UUID, Customer]:
        """Everybody who was found."""
        found = [phone.customer for rows in (*self._whole.values(), *self._masked.values()) for phone in rows]
        ends = [end for row in self.relations for end in (row.customer, row.other) if end]
        return {one.pk: one for one in (*found, *ends, *(one for own in self._names.values() for one in own))}

    @cached_property
    def relations(self) -> list[Relation]:
        """Relations of everybody found so far, with both ends."""
        if self._kin is not None:
            return self._kin
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


def _mask_key(masked: str) -> bytes:
    """The bucket in which a mask's numbers stand."""
    if phones.is_first3_last4(masked):
        return vault.first3_last4(masked[:3], masked[-4:])
    return vault.ends(masked[:3], masked[-3:])


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
