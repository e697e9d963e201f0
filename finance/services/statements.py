"""Statements (分成单): sent to everybody with a line in a month, confirmed or questioned by them, replied to by finance."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from arbitration.shares import Key
from finance.models import Period, StatementAnswer
from finance.reads.holders import whose
from finance.reads.months import dashed, end
from finance.reads.statements import State, code_of, may_answer, readers, state_of, statement_for, statements
from leads.templatetags.guishu import month as in_words
from people.models import Membership, Project, User
from people.roles import Right, Role
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words

Kind = StatementAnswer.Kind
READY, QUESTION, REPLY = "statement.ready", "statement.question", "statement.reply"


@transaction.atomic
def send_statements(*, project: Project, month: str, by: User | None, at: datetime) -> int:
    """Ask everybody who has not confirmed their statement to look at it; the term for answering begins anew. Gives how many were asked.

    `by` None: it follows by itself. Raises Refusal: the month is not over, or has nothing to be looked at.
    """
    if at < end(project, month):
        raise Refusal("month_not_over", _("%(month)s还没过完，过完才发分成单") % {"month": in_words(month)}, status=409)
    asked = [one for one in statements(project, month) if one.state not in (None, State.CONFIRMED)]
    if not asked:
        raise Refusal("nothing_to_send", _("没有要确认的分成单"), status=409)
    Period.objects.update_or_create(project=project, month=month, defaults={"sent_at": at})
    told = readers(project, [one.row.key for one in asked], at)
    for one in asked:
        link = f"/statements/{month}/{one.code}"
        for pk in told[one.row.key]:
            trail.done(link=link, at=at, kind=READY, to=pk)  # asked before: only the newest waits
            trail.tell(
                to=pk, kind=READY, project=project.code, link=link, to_do=True, at=at, month=dashed(month),
                sentence=gettext_noop("【分成单】%(month)s 的分成单出了。看一遍，没问题就确认，有疑问就提"),
            )  # fmt: skip
    trail.note(
        by=by.pk if by else "system", action="statement.send", subject=f"period:{month}", at=at, project=project.code,
        count=len(asked),
    )  # fmt: skip
    return len(asked)


@transaction.atomic
def answer_statement(
    *, here: Workplace, month: str, key: Key, kind: str, seen: bytes, at: datetime, text: str = ""
) -> StatementAnswer:
    """Confirm one's own or one's agency's statement, or question it in words. `seen`: the digest of the lines that were shown; another
    by now is refused with `stale`.

    Raises Refusal: not one's own (404), no such statement (404), another since (409), confirmed already (409), a question without words.
    """
    found = statement_for(here.project, month, key)
    if found is None or not may_answer(here, key):
        raise Refusal("not_your_statement", _("这张分成单不是你的"), status=404)
    if found.row.digest != seen:
        raise Refusal("stale", _("分成单刚有变动。看最新的，再回答"), status=409)
    if kind == Kind.QUESTION:
        need_words(text, "question_missing", _("写明哪里有疑问"), field="text")
    if kind == Kind.CONFIRM and found.state == State.CONFIRMED:
        raise Refusal("confirmed_already", _("这张分成单已经确认过了"), status=409)
    made = _say(here, month, key, Kind(kind), text, found.row.sums.due, seen, at)
    link = f"/statements/{month}/{code_of(key)}"
    for asked in (READY, REPLY):
        trail.done(link=link, at=at, kind=asked)
    if made.kind == Kind.QUESTION:
        _ask_finance(here.project, month, link, at)
    else:
        trail.done(link=link, at=at, kind=QUESTION)
    return made


@transaction.atomic
def reply_statement(*, here: Workplace, month: str, key: Key, text: str, at: datetime) -> StatementAnswer:
    """Finance replies to a question; the person, or those of the agency, hear of it and confirm or ask again.

    Raises Refusal: not finance's (404), no question that waits (409), no words.
    """
    if not here.may(Right.BOOKKEEPING):
        raise Refusal("not_yours_to_reply", _("分成单的疑问归财务答复"), status=404)
    found = statement_for(here.project, month, key)
    last = StatementAnswer.objects.filter(
        project=here.project, month=month, **{k: v for k, v in whose(key, "").items() if k != "team"}
    ).order_by("pk").last()  # fmt: skip
    if found is None or last is None or state_of(found.row.digest, last) != State.QUESTIONED:
        raise Refusal("no_question", _("这张分成单没有等答复的疑问"), status=409)
    text = need_words(text, "reply_missing", _("写明答复"), field="text")
    made = _say(here, month, key, Kind.REPLY, text, found.row.sums.due, found.row.digest, at)
    link = f"/statements/{month}/{code_of(key)}"
    trail.done(link=link, at=at, kind=QUESTION)
    for pk in readers(here.project, [key], at)[key]:
        trail.tell(
            to=pk, kind=REPLY, project=here.project.code, link=link, to_do=True, at=at, month=dashed(month),
            sentence=gettext_noop("【分成单】财务答复了你对 %(month)s 分成单的疑问。没问题就确认"),
        )  # fmt: skip
    return made


def _say(
    here: Workplace,
    month: str,
    key: Key,
    kind: StatementAnswer.Kind,
    text: str,
    total: int,
    digest: bytes,
    at: datetime,
) -> StatementAnswer:
    columns: dict[str, Any] = whose(key, "")
    trail.note(
        by=here.user.pk, action=f"statement.{kind}", subject=f"statement:{month}:{code_of(key)}", at=at,
        project=here.project.code,
    )  # fmt: skip
    return StatementAnswer.objects.create(
        project=here.project, month=month, user_id=columns["user"], organisation_id=columns["organisation"], kind=kind,
        text=text.strip()[:500], total_fen=total, digest=digest, by=here.user, at=at,
    )  # fmt: skip


def _ask_finance(project: Project, month: str, link: str, at: datetime) -> None:
    for pk in Membership.objects.people(project, [Role.FINANCE], at):
        trail.tell(
            to=pk, kind=QUESTION, project=project.code, link=link, to_do=True, at=at, month=dashed(month),
            sentence=gettext_noop("【分成单】有人对 %(month)s 的分成单有疑问，等你答复"),
        )  # fmt: skip
