"""Registering leads (报备): one, or as many as somebody brings, by the same steps (leads/registering)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext_noop

from leads.answers import Finding
from leads.models import Customer, Registration
from leads.models.register import Answer
from leads.nearness import by_unit
from leads.registering import deciding
from leads.registering.filing import Draft, Filing, LeadInput, draft_of
from leads.registering.stock import StaleError, Stock, number
from leads.registering.writing import Rows, registration
from leads.screening import names
from leads.services.identity import ask
from leads.services.precheck import count_reports, note_question
from leads.services.territories import warn_registered
from leads.signals import claim_contested, customers_near
from people.models import Project, User
from people.services.guards import must_stay
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal
from trail.sentences import counted_noop

TRIES = 4  # of a batch, when somebody in another project brings one of its new customers, or merges one, at the same instant
PROTECTED = gettext_noop("报备成功 %(no)s，%(name)s，保护至 %(until)s")
REGISTERED = gettext_noop("报备成功 %(no)s，%(name)s归你跟进")
REGISTERED_MANY = counted_noop("报备成功，%(n)s 位客户归你跟进")

__all__ = ["Filing", "LeadInput", "Receipt", "file", "register_lead", "register_many"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the reporter gets back: the stored report and what it came to. `owner` only if the policy lets them know."""

    registration: Registration
    owner: User | None
    protected_until: datetime | None


def register_lead(*, here: Workplace, lead: LeadInput, at: datetime) -> Receipt:
    """Store a report; whoever is first owns the customer, whoever is not is stored as contesting (G-35: server time).

    Raises Refusal for a number that cannot be one, or without a name, and for whoever has left meanwhile (G-10).
    """
    (came_to,) = register_many(here=here, leads=[lead], at=at)
    if isinstance(came_to, Refusal):
        raise came_to
    return came_to


def register_many(*, here: Workplace, leads: Sequence[LeadInput], at: datetime) -> list[Receipt | Refusal]:
    """Store many reports in one transaction; for each, in its place, the receipt or why it cannot be one.

    Of two that report the same customer the earlier in the sequence is the earlier. What is refused takes no other with it.
    """
    drafts = [draft_of(Filing(here, lead)) for lead in leads]
    filed = file(project=here.project, drafts=drafts, asker=here, at=at)
    return [one if isinstance(one, Refusal) else _receipt(one, at) for one in filed]


def file(
    *,
    project: Project,
    drafts: Sequence[Draft | Refusal],
    asker: Workplace,
    at: datetime,
    dry: bool = False,
) -> list[Draft | Refusal]:
    """Look, decide, write, tell of reports that were read (`draft_of`); `dry` looks and decides only, and nothing is stored or locked.

    Gives each report, in its place, with what it came to. `asker` learns that, which is counted and kept where it is an answer
    (trust.md §2.3).
    """
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                _register(project, [one for one in drafts if isinstance(one, Draft)], asker, at, dry)
            return list(drafts)
        except (StaleError, IntegrityError):
            if not left:
                raise
        drafts = [draft_of(one.filing) if isinstance(one, Draft) else one for one in drafts]  # nothing of it is decided
    raise AssertionError  # the loop returns or raises


def _register(project: Project, drafts: list[Draft], asker: Workplace, at: datetime, dry: bool) -> None:
    if not drafts:
        return
    if not dry:
        for user in {d.filing.here.user for d in drafts if d.filing.since is None}:
            must_stay(user, project, at)
        over = count_reports(here=asker, numbers=[draft.number for draft in drafts if draft.number], at=at)
        for draft in drafts:
            draft.over = draft.number in over
    stock = Stock(project, drafts, at, lock=not dry)
    if not dry:
        number(drafts, at)
    deciding.decide(stock, drafts, at)
    if not dry:
        rows = Rows(project, at)
        rows.add(drafts)
        rows.write()
        _tell(project, drafts, at)


def _tell(project: Project, drafts: list[Draft], at: datetime) -> None:
    """What follows from the reports: cases open, owners hear of it, people are asked who somebody is."""
    contesting = [draft for draft in drafts if draft.answer == Answer.TAKEN and draft.met]
    for draft in contesting:
        _contest(project, draft, at)
        _note_told(draft, at)
    _tell_owners(project, [d for d in contesting if not d.gave and not d.again], at)
    _tell_reporters(project, drafts, at)
    questions = [(registration(d, project, at), d.screened) for d in deciding.asked(drafts) if d.screened]
    if questions:
        ask(project, questions, at)
    # Who reported a customer of another's region or trade is warned (D02-4.4); imported rows are no news. Of somebody new
    # neither region nor trade nor buying unit is known.
    known = [draft for draft in drafts if draft.customer and not draft.new and draft.filing.since is None]
    if known:
        warn_registered(project=project, reported=[(draft.filing.here, draft.customer) for draft in known], at=at)
        _tell_near(project, [draft for draft in known if draft.answer != Answer.TAKEN], at)


def _tell_reporters(project: Project, drafts: Iterable[Draft], at: datetime) -> None:
    """Whoever follows a customer by a report of theirs has it in the inbox, however many in one message; imported rows are no news,
    and what came over a limit is not told.
    """
    theirs: dict[int, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.over or draft.filing.since is not None:
            continue
        if draft.held and draft.held.user_id == draft.filing.here.user.pk:
            theirs[draft.filing.here.user.pk].append(draft)
    for pk, mine in theirs.items():
        said: dict[str, Any] = {"to": pk, "kind": "lead.registered", "project": project.code, "at": at}
        if len(mine) > 1:
            trail.tell(**said, link="/me", sentence=REGISTERED_MANY, n=len(mine))
        else:
            trail.tell(**said, **_receipt_in_words(project, mine[0], at))


def _receipt_in_words(project: Project, draft: Draft, at: datetime) -> dict[str, Any]:
    no, until = registration(draft, project, at).no, draft.held.protected_until if draft.held else None
    facts = {"link": f"/register/{no}", "no": no, "name": names.hidden(draft.customer.name) if draft.customer else ""}
    if until is None:
        return {**facts, "sentence": REGISTERED}
    return {**facts, "sentence": PROTECTED, "until": f"{localtime(until, project.zone):%Y-%m-%d %H:%M}"}


def _tell_near(project: Project, drafts: Iterable[Draft], at: datetime) -> None:
    """Whoever reported somebody of a buying unit that another follows, and met no claim (`customers_near`)."""
    found = by_unit(project, [(draft.filing.here.user, draft.customer) for draft in drafts if draft.customer], at)
    if found:
        customers_near.send(sender=Registration, project=project, found=found, at=at)


def _contest(project: Project, draft: Draft, at: datetime) -> None:
    """A claim met another's live one: both are told of in one breath, and a case opens or is joined."""
    held, report, customer = draft.met, registration(draft, project, at), draft.customer
    claimants = [(held.user, held.source, None)] if held.user else []
    claim_contested.send(
        sender=Registration, project=project, customer=customer, trigger="registration", source=report.no, deal=None,
        claimants=[*claimants, (draft.filing.here.user, report.no, report)], at=at,
    )  # fmt: skip


def _note_told(draft: Draft, at: datetime) -> None:
    """The reporter now knows of the owner, and that is on record."""
    finding = Finding(draft.answer, draft.customer, draft.met)
    owner = finding.told_owner(draft.filing.here)
    if owner and draft.number:
        note_question(draft.filing.here, draft.number, finding, owner, at)


def _tell_owners(project: Project, contesting: Iterable[Draft], at: datetime) -> None:
    """Each owner once, however many of their customers were reported; nobody again of whoever reports again."""
    customers: dict[int, list[Customer]] = defaultdict(list)
    for draft in contesting:
        if draft.met and draft.met.user_id and draft.customer:
            customers[draft.met.user_id].append(draft.customer)
    for owner, theirs in customers.items():
        said: dict[str, Any] = {"to": owner, "kind": "lead.contested", "project": project.code, "at": at}
        if len(theirs) == 1:
            one = gettext_noop("有人报备了你的客户 %(name)s，主管会裁定归属")
            trail.tell(**said, link=f"/customers/{theirs[0].pk}", sentence=one, name=names.hidden(theirs[0].name))
        else:
            many = counted_noop("有人报备了你的 %(n)s 位客户，主管会裁定归属")
            trail.tell(**said, link="/me", sentence=many, n=len(theirs))


def _receipt(draft: Draft, at: datetime) -> Receipt:
    held, here = draft.held, draft.filing.here
    finding = Finding(draft.answer, draft.customer, draft.met)
    until = held.protected_until if held else None
    return Receipt(registration(draft, here.project, at), finding.told_owner(here), until)
