"""Whole telephone numbers that somebody has seen: added up over thirty days, whatever page or file showed them (trust.md §3.2).

The law counts 250 and 2,500 numbers that somebody got in the course of their job (法释〔2017〕10 Art 5): long before, those in
charge hear of it, and then nothing more is shown without their leave. What counts is the audit log, which every look writes anyway;
it is added up under a lock of the person, so that of many at once none slips past.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads.models import NumberLeave
from leads.reads.looks import SPAN, seen
from people.models import Membership, User
from people.roles import Right, Role, roles_with
from people.workplace import Workplace
from trail import limits
from trail import services as trail
from trail.refusals import Refusal, need_words
from trail.sentences import counted_noop

TOLD, FREE, WIDE = 50, 200, 2_500  # numbers in that span: somebody hears of it; needs leave; needs that of two
LASTS = timedelta(hours=24)
MOST = 1_000_000
BY_LINE = (
    "notebook.export",
    "visits.export",
    "export.ask",
)  # of those the ones that say `whole`, with how many `lines`
State = NumberLeave.State


def count_look(*, here: Workplace, lines: int, at: datetime) -> None:
    """Before `lines` more whole numbers are shown and that is noted, in the same transaction: whether they may be.

    Raises Refusal past 200 in thirty days without leave. At 50, 200 and 2,500 those in charge of the person are told, once each.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("counted and noted in one transaction, or somebody else slips in between")
    _alone(here.user)
    before = seen(here.user, at)
    after = before + lines
    if after > FREE and not _has_leave(here, after, at):
        asks = (reverse("looks"), _("去申请"))
        raise Refusal(
            "looks_used_up",
            _("30 天里看了 %(n)s 个整号，再看 %(more)s 个要主管批准") % {"n": before, "more": lines}, status=403, way=asks,
        )  # fmt: skip
    for threshold in (TOLD, FREE, WIDE):
        if before < threshold <= after:
            _alarm(here, threshold, at)


def _alone(user: User) -> None:
    """Until the end of the transaction nobody else counts for this person."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


@transaction.atomic
def note_export(
    *, here: Workplace, action: str, subject: str, lines: int, whole: bool, at: datetime, **detail: str
) -> None:
    """A file of customers goes out: on record, and where it holds whole numbers they count. Raises Refusal as `count_look`."""
    if whole:
        count_look(here=here, lines=lines, at=at)
    trail.note(
        by=here.user.pk, action=action, subject=subject, at=at, project=here.project.code, lines=lines, whole=whole,
        **detail,
    )  # fmt: skip


def _has_leave(here: Workplace, after: int, at: datetime) -> bool:
    return NumberLeave.objects.filter(user=here.user, state=State.GIVEN, until__gt=at, upto__gte=after).exists()


def _alarm(here: Workplace, threshold: int, at: datetime) -> None:
    """Once for each threshold in thirty days. The general manager and who leads the person's project."""
    if not limits.take(f"looks:{here.user.pk}:{threshold}", limit=1, within=SPAN, at=at):
        return
    trail.note(
        by="system", action="looks.many", subject=f"user:{here.user.pk}", at=at, project=here.project.code, count=threshold
    )  # fmt: skip
    for boss in Membership.objects.people(here.project, (Role.MANAGER, Role.GENERAL_MANAGER), at):
        if boss != here.user.pk:
            trail.tell(
                to=boss, kind="looks.many", project=here.project.code, link="/looks", at=at, who=here.user.name, n=threshold,
                sentence=counted_noop("%(who)s 30 天里看到的整号到了 %(n)s 个，核对是不是工作需要"),
            )  # fmt: skip


@transaction.atomic
def ask_leave(*, here: Workplace, reason: str, more: int, at: datetime) -> NumberLeave:
    """Ask to see so many more whole numbers; the managers are asked. Raises Refusal without a reason, or where it is asked already."""
    why = need_words(reason, "leave_why", _("写明要用来做什么"), field="reason")
    if not 0 < more <= MOST:
        raise Refusal("leave_many", _("写还要看几个，1 到 1,000,000"), field="more")
    _alone(here.user)
    if NumberLeave.objects.filter(user=here.user, state=State.ASKED).exists():
        raise Refusal("leave_asked", _("已经申请了，等批准"), status=409)
    now = seen(here.user, at)
    row = NumberLeave.objects.create(
        project=here.project,
        user=here.user,
        reason=why[:200],
        seen=now,
        upto=now + more,
        wide=now + more > WIDE,
        asked_at=at,
    )
    _note(here, "looks.ask", row, at, count=more)
    _ask(row, at)
    return row


def link(row: NumberLeave) -> str:
    """Where it is decided."""
    return f"/looks#leave-{row.pk}"


def deciders(row: NumberLeave, at: datetime) -> set[int]:
    """Who may give this leave: whoever answers for what is known of customers, but never who asks for it.

    Where those are too few, because the project has one manager who asks, or one where two have to agree, whoever keeps its settings
    stands in (docs/decisions/0031-who-stands-in.md).
    """
    able = set(Membership.objects.people(row.project, roles_with(Right.PRIVACY), at)) - {row.user_id}
    if len(able) < (2 if row.wide else 1):
        able |= set(Membership.objects.people(row.project, roles_with(Right.SETTINGS), at)) - {row.user_id}
    return able


def may_decide(here: Workplace, row: NumberLeave, at: datetime) -> bool:
    """Whether this person is asked for it: by what they may do here, or because they stand in."""
    return here.may(Right.PRIVACY) or (here.may(Right.SETTINGS) and here.user.pk in deciders(row, at))


def _ask(row: NumberLeave, at: datetime) -> None:
    for boss in sorted(deciders(row, at)):
        if boss != row.first_by_id:
            trail.tell(
                to=boss, kind="looks.asked", project=row.project.code, link=link(row), to_do=True, at=at, who=row.user.name,
                n=row.upto - row.seen, sentence=counted_noop("%(who)s 还要看 %(n)s 个整号，等你批准"),
            )  # fmt: skip


@transaction.atomic
def decide_leave(*, here: Workplace, leave: NumberLeave, approve: bool, reason: str, at: datetime) -> NumberLeave:
    """Give leave for a day, or not. Of very many the first one's yes waits for a second.

    Raises Refusal for one's own, decided already, agreed to by oneself before, or a no without its reason.
    """
    row = NumberLeave.objects.select_for_update(of=("self",)).select_related("user", "project").get(pk=leave.pk)
    if row.project_id != here.project.pk:
        raise Refusal("not_yours", _("看整号由主管批准"), status=404)
    if row.user_id == here.user.pk and here.may(Right.PRIVACY):
        raise Refusal("recused", _("这是你自己申请的，由别人批准"), status=403)
    if not may_decide(here, row, at):
        raise Refusal("not_yours", _("看整号由主管批准"), status=404)
    if row.state != State.ASKED:
        raise Refusal("leave_decided", _("刚有人批过了"), status=409)
    if row.first_by_id == here.user.pk:
        raise Refusal("second_person", _("你同意过了，要另一个人也同意"), status=403)
    if not approve:
        row.answer = need_words(reason, "reason_missing", _("写明为什么不批准"), field="reason")[:200]
        return _settle(here, row, State.REFUSED, at)
    if row.wide and row.first_by_id is None:
        row.first_by, row.first_at = here.user, at
        row.save(update_fields=["first_by", "first_at"])
        _note(here, "looks.agree", row, at)
        trail.done(link=link(row), at=at)
        _ask(row, at)
        return row
    row.until = at + LASTS
    return _settle(here, row, State.GIVEN, at)


def _settle(here: Workplace, row: NumberLeave, state: str, at: datetime) -> NumberLeave:
    row.state, row.decided_by, row.decided_at = state, here.user, at
    row.save(update_fields=["state", "decided_by", "decided_at", "answer", "until"])
    trail.done(link=link(row), at=at)
    given = state == State.GIVEN
    _note(here, "looks.give" if given else "looks.refuse", row, at)
    yes = gettext_noop("可以看整号了，24 小时内有效")
    trail.tell(
        to=row.user_id, kind="looks.answered", project=row.project.code, link="/looks", at=at,
        sentence=yes if given else gettext_noop("看整号没有批准，看理由"),
    )  # fmt: skip
    return row


def _note(here: Workplace, action: str, row: NumberLeave, at: datetime, **detail: int) -> None:
    trail.note(
        by=here.user.pk, action=action, subject=f"user:{row.user_id}", at=at, project=here.project.code, **detail
    )
