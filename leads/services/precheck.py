"""Asking first whether a customer is free (查重): counted, kept, and answered as the policy allows (trust.md §2.3).

The question is an oracle for numbers, so it is limited three ways for each local day: how often a person may ask (a term of
the project), how many different numbers behind one 前三后四 a person or an agency may try, and how many of a row of
numbers. Whoever is over is answered that a person must look, and `services.probing` tells the managers. Every question puts
the same questions to the database, whatever it knows; only what the asker did before may differ.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from leads import answers, vault
from leads.answers import Finding, Known
from leads.candidate_rows import MET, Asked, Rows, keys
from leads.candidates import judge
from leads.models import Customer, PreCheck, Review
from leads.models.register import Answer
from leads.numbers import read_number
from leads.reads.access import told_names
from leads.screening import names, phones
from leads.screening.matching import Newcomer
from people.models import User
from people.workplace import Workplace
from trail import limits
from trail import services as trail
from trail.limits import Use
from trail.together import Prepared

TRIES_OF_A_MASK = 3  # different numbers behind one 前三后四, a person or an agency and day
ROW = 5  # of the five numbers before and the five after, so many asked on one day are a row being tried through
ONE_QUESTION = timedelta(minutes=5)  # so long the same question again is the same one: somebody corrects another line

# What was asked before, by precheck_of_person: by this person, and by everybody of their agency.
ASKED = """
SELECT count(*) FILTER (WHERE mine AND NOT over) AS just_now, count(*) FILTER (WHERE mine AND over) AS refused,
  coalesce(array_agg(answer) FILTER (WHERE mine AND NOT over), '{}') AS said,
  count(*) FILTER (WHERE index = %(own)s AND NOT over AND at >= %(today)s) AS today,
  count(DISTINCT index) FILTER (WHERE index = ANY(%(near)s) AND at >= %(today)s) AS near
FROM (
  SELECT *, index = %(own)s AND by_id = %(by)s AND project_id = %(project)s AND at >= %(recent)s AS mine FROM leads_precheck
  WHERE at BETWEEN %(since)s AND %(at)s AND by_id = ANY(ARRAY(
    SELECT %(by)s UNION SELECT user_id FROM people_membership WHERE organisation_id = %(agency)s))
) AS asked
"""


@dataclass(frozen=True, slots=True)
class Before:
    """What was asked already: this number just now, by this person (and which answers they had), or today, by their agency; and
    how many of its neighbours."""

    just_now: int
    refused: int
    said: list[str]
    today: int
    near: int


BEFORE = Prepared(lambda: {"before": ASKED})
LOOK = Prepared(lambda: answers.asked_first() | {"before": ASKED}, before=MET)


@transaction.atomic
def precheck(
    *, here: Workplace, number: str, at: datetime, name: str = "", honorific: str = ""
) -> tuple[Finding, User | None]:
    """Is this customer free? Stored, counted, and answered as the policy allows. Over a limit: a person must look.

    Whoever follows the customer hears of it, where the asker is told of them (D02-3.3, D12-6.2b). The same question again
    within five minutes is one question. Where a `name` is given and the house discloses, whom it may mean stands in
    `Finding.screened`. Raises Refusal for a number that cannot be one.
    """
    digits, _masked = read_number(number)
    called, said = names.told_apart(name, honorific)
    finding, before = _look(here, Newcomer(name=called, honorific=said, number=digits), at)
    if not _take(here, digits, before, at):
        if not before.refused:
            _keep(here, digits, replace(finding, answer=Answer.CHECK), None, at, over=True)
        return Finding(Answer.CHECK, spent=not here.outside), None
    owner = finding.told_owner(here)
    if finding.answer not in before.said:
        _keep(here, digits, finding, owner, at)
    if owner and finding.customer and finding.answer == Answer.TAKEN:
        _tell_follower(here, finding.customer, owner, at)
    return finding, owner


def _look(here: Workplace, new: Newcomer, at: datetime) -> tuple[Finding, Before]:
    """What the records hold of a number and what was asked before, in one statement whatever it is; and what may be told of it."""
    asked, told = Asked.of(new), bool(new.name) and told_names(here)
    found = LOOK.ask(**keys(here.project, [asked], alike=told), **_about(here, new.number, at))
    held = {one.customer_id: one for one in found["held"]}
    known = Known(Rows([asked], found), held, tuple(found["offers"]))
    finding = (answers.of_whole if asked.whole else answers.of_masked)(known, asked, here.user)
    if told:
        finding = replace(finding, known=known, screened=judge(known.rows, at)[0])
    return _told(here, finding), Before(**found["before"][0])


def note_question(here: Workplace, number: str, finding: Finding, owner: User | None, at: datetime) -> None:
    """Keep what a reporter was told of the owner: they know it now, as if they had asked."""
    if finding.answer not in _before(here, number, at).said:
        _keep(here, number, finding, owner, at)


def count_reports(*, here: Workplace, numbers: Iterable[str], at: datetime) -> set[str]:
    """A report is answered too: an agency's counts as a question, so that reporting is no way around the limits. Gives those over one.

    No report is refused for it; over a limit its reporter is told only that a person must look (`over_limit`, `held_back`). `numbers`
    as `read_number` gives them. First the masks in order, then the person: two batches never wait for each other crosswise.
    """
    if not here.outside:
        return set()
    over = set()
    asked = [(number, _before(here, number, at)) for number in sorted(set(numbers), key=_bucket)]
    fitting = [_count(here, at, _mask(here, number, before)) and before.near < ROW for number, before in asked]
    for (number, before), fits in zip(asked, fitting, strict=True):
        within = _count(here, at, _day(here, before)) and fits
        _keep(here, number, Finding(Answer.CHECK), None, at, over=not within)
        over |= set() if within else {number}
    return over


def over_limit(reports: Iterable[Any]) -> set[int]:
    """Which of these reports of an agency came over a limit and were not approved since, by their id: two queries."""
    rows = list(reports)
    looked = set(Review.objects.filter(registration__in=rows, approved=True).values_list("registration_id", flat=True))
    keys = {(row.by_id, index_of(row.number), row.at): row.pk for row in rows if row.pk not in looked}
    by, at = {key[0] for key in keys}, {key[2] for key in keys}
    asked = PreCheck.objects.filter(over=True, by__in=by, at__in=at)
    found = asked.values_list("by_id", "index", "at")
    return {keys[key] for who, index, when in found if (key := (who, bytes(index), when)) in keys}


def _told(here: Workplace, finding: Finding) -> Finding:
    """What this asker may know. An agency gets three answers; whose the customer is stands in its own notebook."""
    if here.outside and finding.answer == Answer.YOURS:
        return replace(finding, answer=Answer.TAKEN)
    return finding


def _before(here: Workplace, number: str, at: datetime) -> Before:
    return Before(**BEFORE.ask(project=here.project.pk, **_about(here, number, at))["before"][0])


def _about(here: Workplace, number: str, at: datetime) -> dict[str, Any]:
    """What ASKED asks about: a person's own questions count together, or those of everybody at their agency."""
    today, recent = here.project.midnight(at), at - ONE_QUESTION
    return {
        "own": index_of(number), "near": _neighbours(number), "by": here.user.pk, "today": today, "recent": recent,
        "agency": here.organisation.pk if here.outside else None, "since": min(today, recent), "at": at,
    }  # fmt: skip


def _take(here: Workplace, number: str, before: Before, at: datetime) -> bool:
    """Count this question; False when it is over a limit. Both are always asked: what one refuses was tried all the same."""
    return _count(here, at, _mask(here, number, before), _day(here, before)) and before.near < ROW


def _count(here: Workplace, at: datetime, *uses: Use) -> bool:
    """Whether all of these fit into the day."""
    return all(limits.take_each(uses, within=here.project.day_so_far(at), at=at))


def _mask(here: Workplace, number: str, before: Before) -> Use:
    """One more number behind one 前三后四, unless it is none."""
    who = f"o{here.organisation.pk}" if here.outside else f"u{here.user.pk}"
    tried = 0 if before.today or phones.is_first3_last4(number) else 1
    return Use(f"precheck-mask:{who}:{_bucket(number).hex()}", TRIES_OF_A_MASK, tried)


def _day(here: Workplace, before: Before) -> Use:
    """One more question of this person today, unless it is the same one."""
    return Use(f"precheck:{here.user.pk}", here.project.terms.questions_a_day, 0 if before.just_now else 1)


def _keep(
    here: Workplace, number: str, finding: Finding, owner: User | None, at: datetime, *, over: bool = False
) -> None:
    PreCheck.objects.create(
        project=here.project, by=here.user, index=index_of(number), bucket=_bucket(number), customer=finding.customer,
        found=owner, answer=finding.answer, over=over, at=at,
    )  # fmt: skip


def _tell_follower(here: Workplace, customer: Customer, owner: User, at: datetime) -> None:
    """Once for each asker, customer and day: the two are to speak with each other before either goes on."""
    key = f"precheck-told:{here.user.pk}:{customer.pk}"
    if limits.take(key, limit=1, within=here.project.day_so_far(at), at=at):
        trail.tell(
            to=owner.pk, kind="precheck.asked", project=here.project.code, link=f"/customers/{customer.pk}",
            to_do=True, at=at, sentence=gettext_noop("有同事查了你的客户 %(name)s。看看是谁，和 TA 对一下"),
            name=names.hidden(customer.name),
        )  # fmt: skip


def index_of(number: str) -> bytes:
    """The blind index of a question: of the whole number, or of the mask as it was asked."""
    return vault.index("mask", number) if "*" in number else vault.whole(number)


def _bucket(number: str) -> bytes:
    """前三后四 of a number, whole or masked, as its blind index."""
    digits = phones.national(number)
    return vault.first3_last4(digits[:3], digits[-4:])


def _neighbours(number: str) -> list[bytes]:
    """The indexes of the five numbers before a whole one and the five after."""
    if "*" in number:
        return [vault.whole("")]
    value = int(number.removeprefix("+"))
    return [vault.whole(f"+{value + step}") for step in range(-ROW, ROW + 1) if step]
