"""Upkeep: history that somebody must hear of, and sessions that are over."""

import logging
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from people.hook_sending import forget
from people.safekeeping import seal_not_kept, tell_administrators
from people.services.sessions import forget_sessions
from trail import clock, history, seals
from trail.jobs import job
from trail.sentences import counted_noop
from trail.services import note

log = logging.getLogger("guishu.history")
BROKEN = counted_noop(
    "账本、裁定、归属或审计日志有 %(count)s 处被改过。在服务器上跑 ./guishu manage verify_history，看是哪几处"
)


@job(title=_("核对历史"))
def verify_history() -> None:
    """Hold all rows against their marks; where something is wrong, every administrator hears of it until they have read it.

    The last seal goes where the database does not reach: into the log of the program, and to the end of GUISHU_SEALS_FILE.
    """
    count, now = sum(1 for _mistake in history.mistakes()), clock.now()
    if not count:
        last = seals.seal(at=now)
        number = last.number if last else None
        note(by="system", action="history.verified", subject="history:all", at=now, seal=number)
        if last:
            log.info("history sealed: %s", seals.name(last))
            _keep(f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} {seals.name(last)}\n", now)
        return
    with transaction.atomic():
        note(by="system", action="history.broken", subject="history:all", at=now, count=count)
        tell_administrators("history.broken", BROKEN, now, count=count)


@job(title=_("清理登录记录"))
def clear_sign_ins() -> None:
    """Mark what ran out; 180 days after it was over nobody needs to know of it."""
    forget_sessions(clock.now())


@job(title=_("清理发过的 Webhook"))
def forget_deliveries() -> None:
    """What was sent to webhooks is known for a month."""
    forget(at=clock.now())


def _keep(line: str, now: datetime) -> None:
    """Not tried again before the next night: the seal stands in the log, and somebody has to look at that file first."""
    if not settings.GUISHU_SEALS_FILE:
        return
    try:
        with Path(settings.GUISHU_SEALS_FILE).open("a", encoding="ascii") as file:
            file.write(line)
    except OSError:
        log.exception("the seal was not kept")
        seal_not_kept(at=now)


@job(title=_("封存历史"))
def seal_history() -> None:
    """Put under seal what was written since the last time."""
    seals.seal(at=clock.now())
