"""Who may a newcomer be? Gathers what the records hold that may concern each, and lets `screening.matching` find out.

The number of queries is the same for one newcomer and for a thousand, and each is answered from an index
(tests/leads/test_screening_plans.py). About whom nothing is found, nothing is compared.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from leads.candidate_rows import Asked, Rows
from leads.models import Customer, IdentityQuestion, Phone, Registration, Relation
from leads.screening import matching, names
from leads.screening.matching import Finding, Kin, Newcomer, Record

Strength = IdentityQuestion.Strength
REPORT = "report:"  # the id of a record that is nothing but a masked report so far
UNKNOWN = Finding("different", "nothing_matches")
OTHER_COMPANY = Finding("different", "other_company")
BY_NUMBER = {"same_phone", "linked_number", "same_phone_other_name", "same_phone_several", "link_not_yet_entered"}
BY_MASK = {
    "full_number_fits_mask", "full_number_fits_several_masks", "mask_hits_one", "mask_hits_several", "mask_other_person",
}  # fmt: skip
BY_KIN = {"relative_with_proof", "relative_unproven", "not_direct_kin"}


def strength_of(reason: str) -> str:
    """How strong a hit for this reason is (docs/screening.md)."""
    groups = (
        (BY_NUMBER, Strength.WHOLE),
        (BY_MASK, Strength.MASK),
        (BY_KIN, Strength.KIN),
        ({"name_only"}, Strength.NAME),
    )
    return next((strength for reasons, strength in groups if reason in reasons), Strength.COMPANY)


@dataclass(frozen=True, slots=True)
class Hit:
    """Somebody whom the newcomer meets, how strongly and why: a customer, or a masked report (`report`) whose customer is unknown."""

    reason: str
    customer: UUID | None = None
    report: int | None = None

    @property
    def strength(self) -> str:
        """整号一致, 仅前三后四一致, 仅姓名相似 …"""
        return strength_of(self.reason)


@dataclass(frozen=True, slots=True)
class Screened:
    """What screening found of one newcomer. `finding.records` are customer ids as text, and `report:7` for waiting reports.

    `candidates` and `reports` are the customers and the masked reports of the finding; `hits` tell more than the finding: kin and
    affiliates of whom was found, and, where it was asked for, people with the same full name, who never match by it alone.
    """

    newcomer: Newcomer
    finding: Finding
    candidates: tuple[UUID, ...] = ()
    reports: tuple[int, ...] = ()
    hits: tuple[Hit, ...] = ()

    @property
    def strength(self) -> str:
        """How strong the finding is; empty where nobody was found."""
        return strength_of(self.finding.reason) if self.finding.records else ""


def judge(rows: Rows, at: datetime) -> list[Screened]:
    """What rows that were gathered come to for each of those asked about, in their order, as of `at`.

    Customers are looked for in the whole house by number, code and company, and in this project by mask and name.
    """
    stock = _Stock(rows)
    return [stock.screened(one, at) for one in rows.asked]


@dataclass(slots=True)
class _Met:
    """A customer, and the numbers of theirs that a newcomer meets."""

    customer: Customer
    phones: list[Phone] = field(default_factory=list)

    def record(self, linked: Iterable[str]) -> Record:
        own = tuple(phone.e164 for phone in self.phones if phone.entered_by_id is None)
        links = tuple((phone.e164, phone.entered_at) for phone in self.phones if phone.entered_by_id is not None)
        one = self.customer
        return Record(
            id=str(one.pk), kind=one.kind, name=one.name, honorific=one.honorific, phones=own, links=links, code=one.code,
            linked_companies=tuple(linked),
        )  # fmt: skip


class _Stock:
    """The rows that were gathered, and what they come to for one newcomer after the other."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    def screened(self, asked: Asked, at: datetime) -> Screened:
        met, waiting = self._met(asked), self._waiting(asked)
        if not met and not waiting:
            finding = OTHER_COMPANY if asked.new.kind == "company" else UNKNOWN
            return Screened(asked.new, finding, hits=self._alike(asked, finding))
        stock = [one.record(self._linked(one.customer)) for one in met.values()]
        stock += [_report_record(group[0]) for group in waiting]
        finding = matching.match(asked.new, stock, at, self._kin(asked, met))
        reports = [r.pk for group in waiting if _report_id(group[0]) in finding.records for r in group]
        candidates = tuple(UUID(id_) for id_ in finding.records if not id_.startswith(REPORT))
        hits = (
            *(Hit(finding.reason, customer=pk) for pk in candidates), *(Hit(finding.reason, report=pk) for pk in reports),
            *self._related(candidates, at), *self._alike(asked, finding),
        )  # fmt: skip
        return Screened(asked.new, finding, candidates, tuple(reports), hits)

    def _met(self, asked: Asked) -> dict[UUID, _Met]:
        """Customers whom the newcomer may be, each once."""
        met: dict[UUID, _Met] = {}
        for phone in self.rows.phones_of(asked):
            met.setdefault(phone.customer_id, _Met(phone.customer)).phones.append(phone)
        for customer in self.rows.companies_of(asked):
            met.setdefault(customer.pk, _Met(customer))
        return met

    def _waiting(self, asked: Asked) -> list[list[Registration]]:
        """Masked reports in the newcomer's bucket; those of one person, by name and mask, together."""
        groups: dict[tuple[str, str, str], list[Registration]] = defaultdict(list)
        for report in self.rows.waiting_of(asked):
            groups[report.name, report.honorific, report.number].append(report)
        return list(groups.values())

    def _linked(self, customer: Customer) -> Iterable[str]:
        if customer.kind != Customer.Kind.COMPANY:
            return ()
        return (end.name for row, end in self._relations[customer.pk] if row.kind == Relation.Kind.LINKED)

    def _kin(self, asked: Asked, met: dict[UUID, _Met]) -> list[Kin]:
        """The newcomer is kin of a customer whose number they gave, where that one's relation has the newcomer's name."""
        return [
            Kin(str(pk), row.kind, row.proof, row.proof_at)
            for pk, one in met.items() if one.phones
            for row, end in self._relations[pk]
            if names.compatible(asked.new.name, end.name, asked.new.honorific, end.honorific)
        ]  # fmt: skip

    @cached_property
    def _relations(self) -> dict[UUID, list[tuple[Relation, Customer]]]:
        """Each customer's relations with the other end."""
        ends: dict[UUID, list[tuple[Relation, Customer]]] = defaultdict(list)
        for row in self.rows.relations:
            if row.other:
                ends[row.customer_id].append((row, row.other))
                ends[row.other.pk].append((row, row.customer))
        return ends

    def _related(self, candidates: Sequence[UUID], at: datetime) -> list[Hit]:
        """Direct kin and affiliates of whom was found: somebody else may follow them (D07-8.7, D11-M3, G-38)."""
        found: list[Hit] = []
        for row, end in (pair for pk in candidates for pair in self._relations[pk]):
            if row.kind == Relation.Kind.LINKED:
                found.append(Hit("linked_company", customer=end.pk))
            elif row.kind in matching.DIRECT_KIN:
                proven = Kin("", row.kind, row.proof, row.proof_at).proven(at)
                found.append(Hit("relative_with_proof" if proven else "relative_unproven", customer=end.pk))
        return [hit for hit in dict.fromkeys(found) if hit.customer not in candidates]

    def _alike(self, asked: Asked, finding: Finding) -> tuple[Hit, ...]:
        """People with the same full name and another number."""
        return tuple(
            Hit("name_only", customer=one.pk) for one in self.rows.alike_of(asked)
            if str(one.pk) not in finding.records
            and names.compatible(asked.new.name, one.name, asked.new.honorific, one.honorific)
        )  # fmt: skip


def _report_id(report: Registration) -> str:
    return f"{REPORT}{report.pk}"


def _report_record(report: Registration) -> Record:
    return Record(id=_report_id(report), name=report.name, honorific=report.honorific, phones=(report.number,))
