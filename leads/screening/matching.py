"""Is a new registration or visitor somebody whom we know? Pure: records in, finding out (tests/spec/data/README.md holds the rules).

`same`: one record, no question left; `possible`: a person has to confirm, every candidate is named; `different`: nobody. Two
possible people are never a pick. The basis is G-12 … G-15, G-38 and D07-8.7.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from leads.screening import companies, names, phones

DIRECT_KIN = frozenset({"spouse", "parent_child", "grandparent"})  # who counts as family (G-15)
ACCEPTED = frozenset({"household_register", "marriage_certificate"})  # what proves it (D07-8.7)


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of somebody. `phones` in any spelling, perhaps masked; `links`: further numbers with their time of entry."""

    id: str
    kind: str = "person"
    name: str = ""
    honorific: str = ""
    phones: tuple[str, ...] = ()
    links: tuple[tuple[str, datetime], ...] = ()
    code: str = ""
    linked_companies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kin:
    """The newcomer is said to be somebody's relative; `proof` is the document shown for it and `proved_at` its time."""

    record: str
    kind: str
    proof: str = ""
    proved_at: datetime | None = None

    def proven(self, at: datetime) -> bool:
        """Whether direct kin was proven by this moment."""
        dated = self.proof in ACCEPTED and self.proved_at is not None and self.proved_at <= at
        return dated and self.kind in DIRECT_KIN


@dataclass(frozen=True, slots=True)
class Finding:
    """`result` same, possible or different; `records`: ids of whom it may be; `reason` a code (docs/screening.md)."""

    result: str
    reason: str
    records: tuple[str, ...] = ()


class Newcomer(NamedTuple):
    """Who is new: `at_desk` for a visitor who can be asked, else somebody reported. `number` as it was given."""

    kind: str = "person"
    name: str = ""
    honorific: str = ""
    number: str = ""
    code: str = ""
    at_desk: bool = False


def match(new: Newcomer, stock: Sequence[Record], at: datetime, kin: Sequence[Kin] = ()) -> Finding:
    """Who of the stock the newcomer is, by the first rule that applies."""
    rules = COMPANY_RULES if new.kind == "company" else PERSON_RULES
    look = _Look(new, stock, at, kin)
    return next(finding for rule in rules if (finding := rule(look)))


class _Look:
    """A newcomer beside the stock: what of each record meets their number."""

    def __init__(self, new: Newcomer, stock: Sequence[Record], at: datetime, kin: Sequence[Kin]) -> None:
        self.new, self.stock, self.at, self.kin = new, stock, at, kin
        read = phones.read(new.number)
        self.whole, self.masked = read.e164, read.masked
        self.have = {r.id: [phones.read(p) for p in r.phones] for r in stock}
        self.linked = {r.id: [(phones.read(p), entered) for p, entered in r.links] for r in stock}

    def owns(self, record: Record) -> bool:
        """The whole number is one of the record's."""
        return bool(self.whole) and any(p.e164 == self.whole for p in self.have[record.id])

    def link(self, record: Record, entered: bool) -> bool:
        """The whole number is a link of the record, entered by now (or only later)."""
        found = [at for p, at in self.linked[record.id] if self.whole and p.e164 == self.whole]
        return any((at <= self.at) == entered for at in found)

    def hidden_in(self, record: Record) -> bool:
        """The whole number fits a mask of the record."""
        return bool(self.whole) and any(
            p.masked and phones.mask_fits(p.masked, self.whole or "") for p in self.have[record.id]
        )

    def hides(self, record: Record) -> bool:
        """The masked number fits a number of the record, whole or masked."""
        known = [*self.have[record.id], *(p for p, at in self.linked[record.id] if at <= self.at)]
        return bool(self.masked) and any(phones.mask_fits(self.masked or "", p.e164 or p.masked or "") for p in known)

    def named(self, record: Record) -> bool:
        """A name that may be theirs: a company of that surname is nobody."""
        return record.kind == self.new.kind and names.compatible(
            self.new.name, record.name, self.new.honorific, record.honorific
        )

    def surnamed(self, record: Record) -> bool:
        return record.kind == self.new.kind and names.surnames_fit(
            self.new.name, record.name, self.new.honorific, record.honorific
        )

    def having(self, test: Callable[[Record], bool]) -> list[Record]:
        return [record for record in self.stock if test(record)]

    def proven_kin(self) -> list[str]:
        return [k.record for k in self.kin if k.proven(self.at)]


def _found(result: str, reason: str, records: Sequence[Record | str]) -> Finding:
    return Finding(result, reason, tuple(r if isinstance(r, str) else r.id for r in records))


def _different(reason: str) -> Finding:
    return Finding("different", reason)


# ── persons ──


def _by_number(look: _Look) -> Finding | None:
    hits = look.having(lambda r: look.owns(r) or look.link(r, entered=True))
    if not hits:
        return None
    named = [record for record in hits if look.named(record)]
    if len(named) == 1:
        return _found("same", "same_phone" if look.owns(named[0]) else "linked_number", named)
    if proven := look.proven_kin():
        return _found("same", "relative_with_proof", proven)
    return _found("possible", "same_phone_other_name" if len(hits) == 1 else "same_phone_several", hits)


def _by_masked_record(look: _Look) -> Finding | None:
    hits = look.having(look.hidden_in)
    fitting = [record for record in hits if look.surnamed(record)]
    if len(fitting) == 1:
        return _found("same" if look.new.at_desk else "possible", "full_number_fits_mask", fitting)
    if fitting:
        return _found("possible", "full_number_fits_several_masks", fitting)
    return _different("mask_other_person") if hits else None


def _by_mask(look: _Look) -> Finding | None:
    hits = look.having(look.hides)
    fitting = [record for record in hits if look.surnamed(record)]
    if fitting:
        return _found("possible", "mask_hits_one" if len(fitting) == 1 else "mask_hits_several", fitting)
    return _different("mask_other_person") if hits else None


def _by_relation(look: _Look) -> Finding | None:
    if proven := look.proven_kin():
        return _found("same", "relative_with_proof", proven)
    if direct := [k.record for k in look.kin if k.kind in DIRECT_KIN]:
        return _found("possible", "relative_unproven", direct)
    return _different("not_direct_kin") if look.kin else None


def _by_late_link(look: _Look) -> Finding | None:
    return _different("link_not_yet_entered") if look.having(lambda r: look.link(r, entered=False)) else None


def _by_name(look: _Look) -> Finding | None:
    full = look.having(lambda r: look.named(r) and not names.is_bare(look.new.name) and not names.is_bare(r.name))
    return _different("name_only") if full else None


def _by_nothing(look: _Look) -> Finding | None:
    return _different("nothing_matches")


# ── companies ──


def _code(text: str) -> str:
    """A unified social credit code for comparing: without blanks and signs, in capitals."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).upper()


def _by_code(look: _Look) -> Finding | None:
    same = look.having(lambda r: bool(look.new.code) and _code(r.code) == _code(look.new.code))
    return _found("same", "same_company_code", same) if same else None


def _comparable(look: _Look) -> list[Record]:
    """Companies whose name may be compared: those known under another code are set aside."""
    code = _code(look.new.code)
    return look.having(lambda r: r.kind == "company" and not (code and r.code and _code(r.code) != code))


def _has_name(record: Record, name: str) -> bool:
    return companies.same(record.name, name)


def _is_linked(record: Record, name: str) -> bool:
    return any(companies.same(linked, name) for linked in record.linked_companies)


def _is_branch(record: Record, name: str) -> bool:
    return companies.is_branch(name, record.name)


def _is_short_form(record: Record, name: str) -> bool:
    return companies.is_short_form(name, record.name)


# How a name may be a company's, the surest first; what each comes to, and why.
NAME_FITS: tuple[tuple[Callable[[Record, str], bool], str, str], ...] = (
    (_has_name, "same", "same_company_name"), (_is_linked, "same", "linked_company"),
    (_is_branch, "possible", "branch_of_company"), (_is_short_form, "possible", "company_short_form"),
)  # fmt: skip


def _by_company_name(look: _Look) -> Finding | None:
    comparable = _comparable(look)
    for fits, result, reason in NAME_FITS:
        if found := [record for record in comparable if fits(record, look.new.name)]:
            return _found(result, reason, found)
    return None


def _by_company_number(look: _Look) -> Finding | None:
    hits = look.having(lambda r: look.owns(r) or look.link(r, entered=True))
    return _found("possible", "same_phone_other_name", hits) if hits else None


def _by_other_code(look: _Look) -> Finding | None:
    """A name that fits only a company set aside."""
    aside = look.having(lambda r: r.kind == "company" and any(fits(r, look.new.name) for fits, *_said in NAME_FITS))
    return _different("other_company_code") if aside else None


def _by_no_company(look: _Look) -> Finding | None:
    return _different("other_company")


Rule = Callable[[_Look], Finding | None]
PERSON_RULES: tuple[Rule, ...] = (
    _by_number, _by_masked_record, _by_mask, _by_relation, _by_late_link, _by_name, _by_nothing,
)  # fmt: skip
COMPANY_RULES: tuple[Rule, ...] = (_by_code, _by_company_name, _by_company_number, _by_other_code, _by_no_company)
