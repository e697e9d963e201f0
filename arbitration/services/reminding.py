"""Who is told what they owe a case, before it is due: reports, investigations, talks, word of the result; and that time is nearly up."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy, gettext_noop

from arbitration.cases.proposals import Proposal
from arbitration.models import Collision
from arbitration.services.duties import OWED
from arbitration.services.levels import rulers
from arbitration.services.settling import confirmed
from trail import clock
from trail import services as trail
from trail.jobs import job
from trail.models import Message

SOON, ENDING, OVER = "collision.duty_due", "collision.talks_ending", "collision.talks_over"
EVIDENCE, EVIDENCE_SOON = "collision.evidence", "collision.evidence_soon"
LAST_HOURS = timedelta(hours=4)
DAY = timedelta(days=1)
SENTENCES = {
    "report": gettext_noop("【撞单】%(no)s 要向上级上报，%(due)s 前"),
    "investigate": gettext_noop("【撞单】%(no)s 要开始调查，%(due)s 前"),
    "negotiate": gettext_noop("【撞单】%(no)s 要和对方沟通协商，%(due)s 前"),
    "feedback": gettext_noop("【撞单】%(no)s 要把结果告诉各方，%(due)s 前"),
}


def remind(case: Collision, proposal: Proposal, at: datetime) -> None:
    """Tell each person once what the policy asks of them in this case, and whoever is concerned how long the talks may go on."""
    wanted = [*_owed(case, proposal, at), *_talks(case, proposal, at)]
    if not wanted:
        return
    with transaction.atomic():
        Collision.objects.select_for_update().get(pk=case.pk)  # two workers: the later one finds them told
        for to, kind, facts, sentence in wanted:
            told = Message.objects.to(to).filter(kind=kind, link=f"/cases/{case.no}", facts__due_at=facts["due_at"])
            if not told.filter(facts__clause=facts["clause"]).exists():
                said = {"link": f"/cases/{case.no}", "sentence": sentence, "no": case.no, **facts}
                if kind == OWED:
                    trail.tell(to=to, kind=OWED, project=case.project.code, at=at, to_do=True, **said)
                else:
                    trail.tell(to=to, kind=kind, project=case.project.code, at=at, **said)


Wanted = tuple[int, str, dict[str, Any], str]


def _facts(case: Collision, clause: str, due: datetime) -> dict[str, Any]:
    return {
        "clause": clause, "due": f"{localtime(due, case.project.zone):%m-%d %H:%M}", "due_at": due.isoformat(),
    }  # fmt: skip


def _owed(case: Collision, proposal: Proposal, at: datetime) -> Iterator[Wanted]:
    """Open duties with a term that is still to come, of people who are known."""
    for duty in proposal.ruling["duties"] if proposal.ruling else []:
        to = proposal.file.tokens.user(duty["who"]) if proposal.file else None
        if to is None or duty["state"] != "open" or not duty["due"] or duty["what"] not in SENTENCES:
            continue
        due = datetime.fromisoformat(duty["due"])
        yield to, OWED, _facts(case, duty["clause"], due), SENTENCES[duty["what"]]


def _talks(case: Collision, proposal: Proposal, at: datetime) -> Iterator[Wanted]:
    """The parties hear a day before that the time to settle ends, whoever rules that it is over (G-48)."""
    end = proposal.talks_until
    if end is None or at < end - DAY or confirmed(case) is not None:
        return
    facts = _facts(case, "G-48", end)
    if at < end:
        for pk in case.claims.values_list("user", flat=True):
            yield pk, ENDING, facts, gettext_noop("【协商】%(no)s 协商期到 %(due)s 为止，谈好了写成条款")
    else:
        for user in rulers(case, at):
            yield user.pk, OVER, facts, gettext_noop("【协商】%(no)s 协商期满，可以按制度裁了")


@job(title=gettext_lazy("提醒撞单里快到期的事"))
def tell_nearly_due() -> None:
    """Every minute: what is still to be done when a quarter of its time is left, evidence four hours before its end; once."""
    nearly_due(at=clock.now())


def nearly_due(*, at: datetime) -> int:
    """Tell them; gives how many."""
    told = 0
    for asked in Message.objects.waiting().filter(kind=OWED):
        due = datetime.fromisoformat(asked.facts["due_at"])
        if at >= due or due - at > (due - asked.at) / 4:
            continue
        key = {"clause": asked.facts["clause"], "due_at": asked.facts["due_at"]}
        if not Message.objects.to(asked.to).filter(kind=SOON, link=asked.link, facts__contains=key).exists():
            trail.tell(
                to=asked.to, kind=SOON, project=asked.project, link=asked.link, at=at,
                sentence=gettext_noop("【撞单】%(no)s 有一件事 %(due)s 到期，还没做"), **asked.facts,
            )  # fmt: skip
            told += 1
    return told + sum(_evidence_soon(asked, at) for asked in Message.objects.waiting().filter(kind=EVIDENCE))


def _evidence_soon(asked: Message, at: datetime) -> int:
    """Whoever has brought nothing since they were asked; where they had less time from the first, they have heard of it just now."""
    if not (said := asked.facts.get("due_at")):  # a day for talks, not for evidence
        return 0
    due = datetime.fromisoformat(said)
    if at >= due or due - at > LAST_HOURS or due - asked.at <= LAST_HOURS:
        return 0
    if Message.objects.to(asked.to).filter(kind=EVIDENCE_SOON, link=asked.link, facts__due_at=said).exists():
        return 0
    trail.tell(
        to=asked.to, kind=EVIDENCE_SOON, project=asked.project, link=asked.link, at=at, no=asked.facts["no"], due_at=said,
        sentence=gettext_noop("【还剩 4 小时】%(no)s 的证据还没交。到期按现有证据裁"),
    )  # fmt: skip
    return 1
