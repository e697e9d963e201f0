"""Registering a lead (报备), and asking first whether the customer is free (查重)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads import answers, claims, identity, vault
from leads.answers import Finding
from leads.models import Customer, NotebookEntry, Ownership, PreCheck, Registration
from leads.models.register import Answer
from leads.screening import phones
from leads.services.ownership import note_in_book
from leads.signals import claim_contested
from people.models import User
from people.workplace import Workplace
from trail import limits
from trail import services as trail
from trail.refusals import Refusal

ANSWERS_A_DAY = 60  # per person: the question is an oracle for numbers (trust.md §2.3)


@dataclass(frozen=True, slots=True)
class LeadInput:
    """One person as somebody reports them. `number` in any spelling, whole or masked; `company` is the reporter's."""

    number: str
    name: str
    honorific: str = ""
    company: str = ""
    text: str = ""
    channel: str = Registration.Channel.WEB
    source: str = Customer.Source.FIELD
    claimed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the reporter gets back: the stored report and what it came to. `owner` only if the policy lets them know."""

    registration: Registration
    owner: User | None
    protected_until: datetime | None


@transaction.atomic
def register_lead(*, here: Workplace, lead: LeadInput, at: datetime) -> Receipt:
    """Store a report; whoever is first owns the customer, whoever is not is stored as contesting (G-35: server time).

    Raises Refusal for a number that cannot be one, or without a name; nothing else is refused.
    """
    number, masked = read_number(lead.number)
    if not lead.name.strip():
        raise Refusal("name_missing", _("客户叫什么？写姓，或姓加先生、女士"), field="name")
    claims.lock_number(here.project, number)
    if masked:
        return _register_masked(here, lead, number, at)
    return _register_whole(here, lead, number, at)


def read_number(text: str) -> tuple[str, bool]:
    """A mobile number as E.164, or its canonical mask; and whether it is masked. Raises Refusal with what is wrong."""
    read = phones.read(text)
    if read.kind == "mobile" and read.e164:
        return read.e164, False
    if read.kind == "masked" and read.masked:
        return read.masked, True
    problem = phones.problem(read, text)
    raise Refusal(problem.code, _(problem.message) % problem.params, field="phone")


def _register_whole(here: Workplace, lead: LeadInput, e164: str, at: datetime) -> Receipt:
    customer, _new = claims.find_or_create(e164, at=at, name=lead.name, honorific=lead.honorific, source=lead.source)
    held = claims.current(here.project, customer, at)
    finding = answers.of_whole(here.project, e164, here.user, at)
    report = _store(here, lead, e164, finding.answer, at, customer=customer)
    if held is None:
        held = claims.give(
            here.project, customer, to=here.user, reason=Ownership.Reason.REGISTERED, source=report.no,
            by=here.user.pk, at=at,
        )  # fmt: skip
    elif held.user_id != here.user.pk:
        _contest(here, customer, held, report, at)
    note_in_book(here.project, customer, here.user, NotebookEntry.Book.COLLECTION, report.no, at)
    owner = finding.told_owner(here)
    if owner and finding.answer == Answer.TAKEN:
        _note_question(here, e164, finding, owner, at)  # the reporter now knows of the owner, and that is on record
    return Receipt(report, owner, held.protected_until)


def _register_masked(here: Workplace, lead: LeadInput, masked: str, at: datetime) -> Receipt:
    finding = answers.of_masked(here.project, masked, here.user, at)
    report = _store(here, lead, masked, finding.answer, at, customer=None)
    return Receipt(report, None, None)


def _store(
    here: Workplace, lead: LeadInput, number: str, answer: str, at: datetime, *, customer: Customer | None
) -> Registration:
    digits = phones.national(number)
    report = Registration.objects.create(
        no=trail.next_number("BB", at),
        project=here.project,
        customer=customer,
        by=here.user,
        organisation=here.organisation,
        agency=answers.organisation_name(here.organisation, lead.company),
        name=lead.name.strip(),
        honorific=lead.honorific,
        sealed_number=vault.seal(number),
        masked=customer is None,
        m34=vault.first3_last4(digits[:3], digits[-4:]),
        ends33=vault.ends(digits[:3], digits[-3:]),
        sealed_text=vault.seal(lead.text) if lead.text else None,
        channel=lead.channel,
        answer=answer,
        arrived_at=identity.arrived_before(here.project, customer, at) if customer else None,
        at=at,
        claimed_at=lead.claimed_at,
    )
    trail.note(
        by=here.user.pk, action="lead.register", subject=f"registration:{report.no}", at=at,
        project=here.project.code, answer=answer, masked=report.masked,
    )  # fmt: skip
    return report


def _contest(here: Workplace, customer: Customer, held: Ownership, report: Registration, at: datetime) -> None:
    claimants = [(held.user, held.source, None)] if held.user else []
    claim_contested.send(
        sender=Registration, project=here.project, customer=customer, trigger="registration", source=report.no, deal=None,
        claimants=[*claimants, (here.user, report.no, report)], at=at,
    )  # fmt: skip
    if held.user:
        trail.tell(
            to=held.user.pk, kind="lead.contested", project=here.project.code, link=f"/customers/{customer.pk}", at=at,
            sentence=gettext_noop("有人报备了你的客户 %(name)s，主管会裁定归属"), name=customer.name[:1] + "**",
        )  # fmt: skip


@transaction.atomic
def precheck(*, here: Workplace, number: str, at: datetime) -> tuple[Finding, User | None]:
    """Is this customer free? Stored, counted, and answered as the policy allows. Over the day's number: a person must look.

    The same question again within five minutes is one question: whoever corrects a line further down has not asked anew.
    Raises Refusal for a number that cannot be one.
    """
    digits, masked = read_number(number)
    ask = answers.of_masked if masked else answers.of_whole
    finding = ask(here.project, digits, here.user, at)
    if not _asked_just_now(here, digits, at).exists() and not _within_quota(here, at):
        return Finding(Answer.CHECK, spent=True), None
    owner = finding.told_owner(here)
    _note_question(here, digits, finding, owner, at)
    return finding, owner


def _note_question(here: Workplace, number: str, finding: Finding, owner: User | None, at: datetime) -> None:
    """Keep who asked for which number and what they were shown; the same question and answer within five minutes once."""
    if not _asked_just_now(here, number, at).filter(answer=finding.answer).exists():
        PreCheck.objects.create(
            project=here.project, by=here.user, index=_index(number), customer=finding.customer, found=owner,
            answer=finding.answer, at=at,
        )  # fmt: skip


def _asked_just_now(here: Workplace, number: str, at: datetime) -> "QuerySet[PreCheck]":
    recent = {"by": here.user, "project": here.project, "at__gte": at - timedelta(minutes=5), "at__lte": at}
    return PreCheck.objects.filter(index=_index(number), **recent)


def _index(number: str) -> bytes:
    """The blind index of a question: of the whole number, or of the mask as it was asked."""
    return vault.index("mask", number) if "*" in number else vault.whole(number)


def _within_quota(here: Workplace, at: datetime) -> bool:
    """Count one answer; False when the local day's number is used up. The span is the day: it began at midnight."""
    midnight = localtime(at, here.project.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    span = at - midnight + timedelta(seconds=1)  # a count that began at midnight sharp is today's
    return limits.take(f"precheck:{here.user.pk}", limit=ANSWERS_A_DAY, within=span, at=at)
