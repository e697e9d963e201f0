"""How long a protection still runs, in words; the colour says how near the end is, and the words say it too."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SOON, NOW = timedelta(hours=24), timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Left:
    """What is left: the kind of tag, and its words."""

    kind: str
    words: str


def left(until: datetime, now: datetime) -> Left:
    """Days from two on, then hours, then minutes; what is over is over."""
    rest = until - now
    if rest <= timedelta():
        return Left("bad", _("已到期"))
    kind = "bad" if rest < NOW else "warn" if rest < SOON else "info"
    return Left(kind, _words(rest))


def _words(rest: timedelta) -> str:
    minutes = int(rest.total_seconds() // 60)
    if rest >= timedelta(days=2):
        return ngettext("还剩 %(n)s 天", "还剩 %(n)s 天", rest.days) % {"n": rest.days}
    if minutes >= 60:
        return ngettext("还剩 %(n)s 小时", "还剩 %(n)s 小时", minutes // 60) % {"n": minutes // 60}
    return ngettext("还剩 %(n)s 分钟", "还剩 %(n)s 分钟", max(minutes, 1)) % {"n": max(minutes, 1)}
