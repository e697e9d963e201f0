"""Asking a person who somebody is (G-12 … G-15): screening found whom a newcomer may be, and may not decide it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from leads.candidates import Screened
from leads.models import Customer, IdentityQuestion, Registration
from leads.nearness import Near, owners
from leads.signals import customers_near
from people.models import Membership, Project
from people.roles import Role
from trail import services as trail
from trail.models import Message
from trail.sentences import counted_noop

QUEUE = "/questions"
ASKED = "identity.asked"
WHO_ANSWERS = (Role.FRONT_DESK, Role.SECRETARY, Role.COUNTERPART, Role.MANAGER)
ASK = counted_noop("有 %(n)d 位客户要核实是不是同一位")

Wanted = tuple[Registration, tuple[UUID, ...], str, str]  # the report, whom it may be about, strength, reason


def ask(project: Project, asked: Sequence[tuple[Registration, Screened]], at: datetime) -> list[IdentityQuestion]:
    """Store a question for each `possible` finding, tell who may answer, and warn those whose customer it may be (D05-4.3a).

    Call it inside the transaction that stored the reports, with the locks of their numbers held. A whole number that a
    waiting masked report may hide is a question about that report (G-14). What was asked before is not asked again: a further
    candidate joins an open question, and one who was said to be somebody else stays so. Until the answer the earlier record
    keeps priority. Returns the questions that are new.
    """
    wanted = [one for pair in asked for one in _wanted(*pair) if pair[1].finding.result == "possible"]
    return _ask(project, wanted, at)


def ask_which(
    project: Project, reports: Sequence[Registration], customer: Customer, at: datetime, *, visit: str
) -> list[IdentityQuestion]:
    """A visitor's whole number fits masked reports of several people: which of them is it about? (G-14) Locks are held."""
    mask = IdentityQuestion.Strength.MASK
    wanted = [(report, (customer.pk,), mask, "full_number_fits_several_masks") for report in reports]
    return _ask(project, wanted, at, visit=visit)


def _ask(project: Project, wanted: Sequence[Wanted], at: datetime, *, visit: str = "") -> list[IdentityQuestion]:
    questions = _store(project, wanted, at, visit)
    if questions:
        _tell_who_answers(project, len(questions), at)
        _warn(project, wanted, at)
    return questions


def _wanted(report: Registration, screened: Screened) -> list[Wanted]:
    """Which report is asked about, who it may be, how strongly, why."""
    strength, reason = screened.strength, screened.finding.reason
    found = [(report, screened.candidates, strength, reason)] if screened.candidates else []
    if screened.reports and report.customer_id:
        waiting = Registration.objects.provisional().filter(pk__in=screened.reports).in_order()
        found += [(one, (report.customer_id,), strength, reason) for one in waiting]
    return found


def _store(project: Project, wanted: Sequence[Wanted], at: datetime, visit: str) -> list[IdentityQuestion]:
    """New questions; candidates who are new to an open one join it."""
    reports = {report.pk for report, *_rest in wanted}
    before = (
        IdentityQuestion.objects.filter(registration__in=reports).select_for_update().prefetch_related("candidates")
    )
    open_ = {one.registration_id: one for one in before if one.answer is None}
    known = {(one.registration_id, customer.pk) for one in before for customer in one.candidates.all()}
    new: list[tuple[IdentityQuestion, Iterable[UUID]]] = []
    for report, candidates, strength, reason in wanted:
        fresh = [pk for pk in candidates if (report.pk, pk) not in known]
        known |= {(report.pk, pk) for pk in fresh}
        if not fresh:
            continue
        question = open_.get(report.pk)
        if question is None:
            question = open_[report.pk] = IdentityQuestion(
                project=project, registration=report, customer_id=report.customer_id, strength=strength, reason=reason,
                at=at, visit=visit,
            )  # fmt: skip
        new.append((question, fresh))
    created = [question for question, _fresh in new if question.pk is None]
    IdentityQuestion.objects.bulk_create(created)
    link = IdentityQuestion.candidates.through
    link.objects.bulk_create(link(identityquestion=question, customer_id=pk) for question, fresh in new for pk in fresh)
    return created


def put_question(
    project: Project, customer: Customer, others: Sequence[Customer], reason: str, at: datetime, *, visit: str = ""
) -> IdentityQuestion:
    """Ask whether a customer is one of these, where no report is the reason; `visit` where the desk found out."""
    question = IdentityQuestion.objects.create(
        project=project, customer=customer, strength=IdentityQuestion.Strength.WHOLE, reason=reason, at=at, visit=visit
    )
    question.candidates.set(others)
    _tell_who_answers(project, 1, at)
    return question


def _tell_who_answers(project: Project, count: int, at: datetime) -> None:
    """One message for each person who may answer, while one that says so does not wait for them already."""
    waiting = set(
        Message.objects.waiting().filter(kind=ASKED, project=project.code, link=QUEUE).values_list("to", flat=True)
    )
    for user in Membership.objects.people(project, WHO_ANSWERS, at):
        if str(user) not in waiting:
            trail.tell(to=user, kind=ASKED, project=project.code, link=QUEUE, sentence=ASK, n=count, to_do=True, at=at)


def _warn(project: Project, wanted: Sequence[Wanted], at: datetime) -> None:
    """Say whose customers these may be (`customers_near`); of a report that contests already, nothing: a case opens."""
    holds = owners(project, {pk for _report, candidates, *_said in wanted for pk in candidates}, at)
    found = [
        Near(report.by, pk, holds[pk], strength, report.customer_id, report.pk)
        for report, candidates, strength, _reason in wanted if not report.contesting
        for pk in candidates if pk in holds and holds[pk] != report.by_id
    ]  # fmt: skip
    if found:
        customers_near.send(sender=IdentityQuestion, project=project, found=found, at=at)


def settle_queue(project: Project, at: datetime) -> None:
    """What the messages asked for is done, once no question of the project waits."""
    if not IdentityQuestion.objects.waiting().filter(project=project).exists():
        waiting = Message.objects.waiting().filter(kind=ASKED, project=project.code, link=QUEUE)
        waiting.update(done_at=at)


def candidates_of(question: IdentityQuestion) -> list[Customer]:
    """Whom it may be: records that stand for themselves, the earliest first."""
    found = {one.merged_into or one for one in question.candidates.select_related("merged_into")}
    return sorted(found, key=lambda one: (one.created_at, one.pk))
