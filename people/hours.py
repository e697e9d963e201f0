"""When a letter may go: quiet hours and the daily digest, in local time. Pure: facts in, a moment out."""

from datetime import datetime, time, timedelta

from django.utils.timezone import get_default_timezone

from people.models import NoticeSettings

DAY = timedelta(days=1)


def may_go_at(wish: NoticeSettings, *, said_at: datetime, at: datetime, urgent: bool) -> datetime:
    """The first moment from `at` on at which something said at `said_at` may leave: `at` itself when nothing holds it.

    Never inside the quiet hours, unless urgent; a digest that would fall into them goes when they end. So nothing waits
    longer than a day, and what was said first may never go later than what was said after it with the same urgency.
    """
    if urgent:
        return at
    earliest = _digest(wish, said_at) if wish.pace == NoticeSettings.Pace.DAILY else said_at
    moment = max(earliest, at)
    return _next(wish.quiet_until, moment) if wish.quiet_until and is_quiet(wish, moment) else moment


def is_quiet(wish: NoticeSettings, moment: datetime) -> bool:
    """Whether this person wants no mail now. The hours begin at `quiet_from` and end before `quiet_until`."""
    return _in_quiet(wish, moment.astimezone(get_default_timezone()).time())


def _in_quiet(wish: NoticeSettings, clock: time) -> bool:
    begin, end = wish.quiet_from, wish.quiet_until
    if begin is None or end is None:
        return False
    return begin <= clock < end if begin < end else clock >= begin or clock < end


def _digest(wish: NoticeSettings, said_at: datetime) -> datetime:
    """The first digest that can hold what was said then."""
    daily = wish.quiet_until if wish.quiet_until and _in_quiet(wish, wish.daily_at) else wish.daily_at
    return _next(daily, said_at)


def _next(clock: time, moment: datetime) -> datetime:
    """The first time, from this moment on, at which a local clock shows this."""
    local = moment.astimezone(get_default_timezone())
    today = datetime.combine(local.date(), clock, local.tzinfo)
    return today if today >= local else today + DAY
