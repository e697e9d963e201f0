"""Working at the queue: who has a case in hand, what can wait, and what the list shows of each proposal."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arbitration.cases.proposals import propose
from arbitration.models import Collision, KeySettings, Statement
from arbitration.services.gates import may_pass_up, recused
from arbitration.services.opening import lock
from arbitration.services.recording import note
from arbitration.services.reminding import remind
from people.models import User
from people.roles import Right, Role
from people.workplace import Workplace
from trail.jobs import job
from trail.refusals import Refusal, need_words

log = logging.getLogger("guishu.queue")
POSTPONED_AT_MOST = timedelta(days=31)
AT_ONCE = 20  # cases that one round assesses
NO_PROPOSAL = "failed"  # what stands in `Collision.proposal` where it could not be worked out


@transaction.atomic
def take_case(*, here: Workplace, case: Collision, at: datetime) -> Collision:
    """Take a case in hand (认领), for the others to see: it keeps nobody from ruling. Raises Refusal where somebody else has it."""
    locked = _movable(here, case)
    if locked.taken_by_id and locked.taken_by_id != here.user.pk:
        raise Refusal("taken", _("%(who)s已经认领了这一件") % {"who": locked.taken_by}, status=409)
    if locked.taken_by_id is None:
        locked.taken_by = here.user
        locked.save(update_fields=["taken_by"])
        note(here, locked, "collision.take", at)
    return locked


@transaction.atomic
def release_case(*, here: Workplace, case: Collision, at: datetime) -> Collision:
    """Give it back: one's own; the general manager anybody's. Raises Refusal."""
    locked = _movable(here, case)
    if locked.taken_by_id is None:
        raise Refusal("not_taken", _("这一件没有人认领"), status=409)
    if locked.taken_by_id != here.user.pk and Role.GENERAL_MANAGER not in here.roles:
        raise Refusal("not_yours_to_release", _("只有认领的人和总经理能放回"), status=403)
    locked.taken_by = None
    locked.save(update_fields=["taken_by"])
    note(here, locked, "collision.release", at)
    return locked


@transaction.atomic
def postpone_case(*, here: Workplace, case: Collision, until: datetime, reason: str, at: datetime) -> Collision:
    """Let a case wait (暂缓): out of the list of what is to do until then; it comes back by itself. The parties read why.

    Raises Refusal: no reason, a time gone by, or one further off than POSTPONED_AT_MOST.
    """
    locked = _movable(here, case)
    reason = need_words(reason, "reason_missing", _("写明理由，双方都看得到"), field="reason")
    if until <= at:
        raise Refusal("until_past", _("选今天以后的日期"), field="until")
    if until > at + POSTPONED_AT_MOST:
        raise Refusal("until_far", _("最多暂缓 %(n)d 天") % {"n": POSTPONED_AT_MOST.days}, field="until")
    day = f"{localtime(until, case.project.zone):%Y-%m-%d}"
    said = _("暂缓到 %(day)s：%(why)s") % {"day": day, "why": reason}
    Statement.objects.create(collision=locked, by=here.user, text=said[:2000], at=at)
    locked.postponed_until = until
    locked.save(update_fields=["postponed_until"])
    note(here, locked, "collision.postpone", at, until=until.isoformat())
    return locked


@transaction.atomic
def resume_case(*, here: Workplace, case: Collision, at: datetime) -> Collision:
    """Take it up before its time. Raises Refusal where it does not wait."""
    locked = _movable(here, case)
    if locked.postponed_until is None or locked.postponed_until <= at:
        raise Refusal("not_postponed", _("这一件没有暂缓"), status=409)
    locked.postponed_until = None
    locked.save(update_fields=["postponed_until"])
    note(here, locked, "collision.resume", at)
    return locked


def _movable(here: Workplace, case: Collision) -> Collision:
    """The case, locked, for somebody who may rule on it or pass it up. Raises Refusal."""
    if not here.may(Right.RULE) or case.project_id != here.project.pk:
        raise Refusal("not_yours_to_rule", _("这件案子不归你裁"), status=404)
    locked = lock(case)
    if locked.closed:
        raise Refusal("case_ruled", _("这件案子已经结了"), status=409)
    if (why := recused(here, locked)) and not may_pass_up(here, locked):
        raise Refusal("recused", why, status=403)
    return locked


def set_letters(*, user: User, on: bool) -> None:
    """Whether single keys act in the queue for this person (WCAG 2.1.4)."""
    KeySettings.objects.update_or_create(user=user, defaults={"letters": on})


def letters_on(user: User) -> bool:
    """Whether they do."""
    return not keys_off(user).exists()


def keys_off(user: User) -> Any:
    """A row where this person has switched them off."""
    return KeySettings.objects.filter(user=user, letters=False).values("pk")


# ── what the list shows of a proposal ──


def assess_changed(*, at: datetime) -> int:
    """Work out anew the proposals of cases that changed or became ripe; gives how many. Steady work of each round.

    Two workers may do the same case: the later one writes the same. A case that changes meanwhile is found again.
    """
    due = Q(assessed__lt=F("version")) | Q(ripe_at__lte=at)
    cases = list(Collision.objects.unruled().filter(due).select_related("project", "customer", "subject")[:AT_ONCE])
    for case in cases:
        _assess(case, at)
    return len(cases)


def _assess(case: Collision, at: datetime) -> None:
    """One that cannot be worked out says so in the list, and keeps no other waiting."""
    status, ripe_at = NO_PROPOSAL, None
    try:
        with transaction.atomic():
            proposal = propose(case, at)
            remind(case, proposal, at)
        status, until = proposal.status, (proposal.ruling or {}).get("until")
        ripe_at = datetime.fromisoformat(until) if status == "on_hold" and until else None
    except Exception:
        log.exception("no proposal for %s", case.no)
    later = ripe_at if ripe_at and ripe_at > at else None
    Collision.objects.filter(pk=case.pk, version=case.version).update(
        proposal=status, ripe_at=later, assessed=case.version
    )


@job(title=gettext_lazy("重新算撞单建议"))
def assess_all() -> None:
    """From time to time everything that waits: a proposal may rest on what happened elsewhere, such as a visit."""
    Collision.objects.unruled().update(assessed=0)
