"""Who is this? (核身份): the questions that wait, each with the report and whom it may be, side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Min, Prefetch, Q, QuerySet, prefetch_related_objects
from django.shortcuts import get_object_or_404

from leads.findings import in_words
from leads.models import Contact, Customer, IdentityQuestion, Merge, Ownership, Phone, Registration, Relation
from leads.reads.access import told_names, visible
from leads.screening import companies, names, phones
from leads.screening.matching import DIRECT_KIN
from people.workplace import Workplace

A_PAGE, ANSWERED = 20, 10


@dataclass(frozen=True, slots=True)
class Side:
    """A customer as a question shows them. `owner` only where this person may know; `differs`: which words to look at."""

    customer: Customer
    numbers: tuple[str, ...]
    owner: str
    held: bool
    first: datetime | None
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A question as it is asked: what came in on one side, whom it may be on the other."""

    question: IdentityQuestion
    name: str
    honorific: str
    number: str
    who: str
    sides: tuple[Side, ...]

    @property
    def why(self) -> str:
        """The reason in words."""
        return in_words(self.question.reason)


def questions(here: Workplace) -> Any:
    """Questions of this project."""
    numbers = Prefetch("candidates__phones", Phone.objects.order_by("pk"))
    rows = IdentityQuestion.objects.filter(project=here.project)
    rows = rows.select_related(
        "registration__by", "registration__organisation", "customer__merged_into", "answered_customer", "answered_by"
    )
    return rows.prefetch_related("candidates__merged_into", numbers, "customer__phones")


def waiting(here: Workplace, at: datetime) -> tuple[list[View], int]:
    """The oldest questions without an answer, and how many there are."""
    open_ = questions(here).waiting().order_by("at", "pk")
    return views(here, open_[:A_PAGE], at), open_.count()


def answered(here: Workplace) -> Iterable[IdentityQuestion]:
    """What was answered last."""
    return questions(here).exclude(answer=None).order_by("-answered_at", "-pk")[:ANSWERED]


def question_or_404(here: Workplace, pk: int) -> IdentityQuestion:
    """Fetch and authorise in one step."""
    return get_object_or_404(questions(here), pk=pk)


def views(here: Workplace, rows: Iterable[IdentityQuestion], at: datetime) -> list[View]:
    """Each question as this person may see it; a fixed number of queries for all."""
    found = list(rows)
    people = {customer.pk for question in found for customer in question.candidates.all()}
    live = Ownership.objects.live_at(at).filter(project=here.project, customer__in=people, user__isnull=False)
    held = {one.customer_id: one for one in live.select_related("user")}
    reports = Registration.objects.filter(project=here.project, customer__in=people)
    first = dict(reports.values_list("customer").annotate(first=Min("at")))
    return [_view(here, question, held, first) for question in found]


def _view(
    here: Workplace, question: IdentityQuestion, held: dict[UUID, Ownership], first: dict[UUID, datetime]
) -> View:
    report, names_ = question.registration, told_names(here)
    name, honorific, number = _came(question)
    sides = tuple(
        Side(
            customer=one, numbers=tuple(phone.masked for phone in one.phones.all()),
            owner=held[one.pk].user.name if names_ and one.pk in held and held[one.pk].user else "",  # type: ignore[union-attr]
            held=one.pk in held, first=first.get(one.pk), differs=_differs(name, honorific, number, one),
        )
        for one in question.candidates.all()
    )  # fmt: skip
    return View(question, name, honorific, number, report.by.name if report and names_ else "", sides)


def _came(question: IdentityQuestion) -> tuple[str, str, str]:
    """Name, salutation and number as they came in: of the report, else of the customer who is asked about."""
    report, customer = question.registration, question.customer
    if report:
        number = report.number if report.masked or not report.number else phones.mask34(report.number)
        return report.name, report.honorific, number
    numbers = [phone.masked for phone in customer.phones.all()] if customer else []
    return (customer.name, customer.honorific, "、".join(numbers)) if customer else ("", "", "")


def _differs(name: str, honorific: str, number: str, one: Customer) -> tuple[str, ...]:
    """Where to look: what came in and what is known are not written alike."""
    fits = any(phones.mask_fits(number, phone.masked) for phone in one.phones.all())
    said = {
        "name": _written_alike(name, one),
        "honorific": not honorific or honorific == one.honorific,
        "number": not number or fits,
    }
    return tuple(word for word, same in said.items() if not same)


def _written_alike(name: str, one: Customer) -> bool:
    """The same characters, or one of them is the bare surname of the other."""
    if one.kind == Customer.Kind.COMPANY:
        return companies.same(name, one.name)
    bare = names.is_bare(name.strip()) or names.is_bare(one.name)
    return names.simplified(name) == names.simplified(one.name) or (bare and names.surnames_fit(name, one.name))


def of_reports(here: Workplace, reports: Iterable[Registration]) -> dict[int, list[IdentityQuestion]]:
    """What is asked, or was, about each of these reports, with `words` for the reason; an agency is told nothing of it."""
    found: dict[int, list[IdentityQuestion]] = {}
    if not here.outside:
        for question in IdentityQuestion.objects.filter(registration__in=[r.pk for r in reports]).order_by("at", "pk"):
            question.words = in_words(question.reason)  # type: ignore[attr-defined]
            found.setdefault(question.registration_id or 0, []).append(question)
    return found


def merge_rows(customer: Customer) -> QuerySet[Merge]:
    """What was merged into this customer and still is, the newest first."""
    return Merge.objects.filter(kept=customer, undone_at=None).select_related("merged", "by").order_by("-pk")


def asked_about(here: Workplace, customer: Customer) -> QuerySet[IdentityQuestion]:
    """Questions who this customer is that wait for an answer."""
    about = Q(customer=customer) | Q(candidates=customer)
    found: QuerySet[IdentityQuestion] = IdentityQuestion.objects.waiting().filter(about, project=here.project)
    return found


def who(
    here: Workplace, customer: Customer, related: list[dict[str, Any]], merges: list[Merge], *, asked: bool
) -> dict[str, Any]:
    """What a customer's page says of who they are: further numbers, relations that can be proven, what was merged, what is asked,
    samples of a company.
    """
    kin = [r for r in related if r["other"] and r["row"].kind in DIRECT_KIN]
    prefetch_related_objects([r["row"] for r in kin], "proof_by")
    return {
        "proofs": kin,
        "samples": _samples(here, customer) if customer.kind == Customer.Kind.COMPANY and not here.outside else [],
        "numbers": [phone for phone in customer.phones.all() if phone.entered_by_id],
        "merges": merges, "asked": asked,
    }  # fmt: skip


def _samples(here: Workplace, company: Customer) -> list[Contact]:
    """Samples that a company got, through whichever of its people (D20-0.6): the newest first."""
    people = Relation.objects.filter(Q(customer=company) | Q(other=company), kind=Relation.Kind.CONTACT)
    ends = {pk for pair in people.values_list("customer", "other") for pk in pair if pk} | {company.pk}
    sent = Contact.objects.filter(project=here.project, customer__in=ends, mode=Contact.Mode.SAMPLE)
    return list(sent.order_by("-at"))


def relation_or_404(here: Workplace, pk: int) -> Relation:
    """A relation between customers of whom this person may open one."""
    mine = visible(here)
    rows = Relation.objects.filter(Q(customer__in=mine) | Q(other__in=mine), other__isnull=False)
    return get_object_or_404(rows.select_related("customer", "other"), pk=pk)


def merge_or_404(here: Workplace, pk: int) -> Merge:
    """A merge of a customer whom this person may open."""
    rows = Merge.objects.filter(kept__in=visible(here)).select_related("kept", "merged", "by")
    return get_object_or_404(rows, pk=pk)


def stands_for(pk: UUID) -> UUID | None:
    """The record that a merged one became part of; None for a record that stands for itself."""
    found, seen = Customer.objects.filter(pk=pk, merged_into__isnull=False).first(), None
    while found and found.merged_into_id:
        seen = found.merged_into_id
        found = Customer.objects.filter(pk=seen).first()
    return seen
