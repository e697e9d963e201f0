"""When a letter may go: quiet hours and the daily digest, in local time. Pure: facts in, a moment out."""

from datetime import datetime, time, timedelta, tzinfo

from django.utils.timezone import get_default_timezone

from people.models import NoticeSettings

DAY = timedelta(days=1)


def may_go_at(
    wish: NoticeSettings, *, said_at: datetime, at: datetime, urgent: bool, zone: tzinfo | None = None
) -> datetime:
    """The first moment from `at` on at which something said at `said_at` may leave: `at` itself when nothing holds it.

    `zone` is whose clocks count: a group's are those of its project, a person's those of the house.

    Never inside the quiet hours, unless urgent; a digest that would fall into them goes when they end. So nothing waits
    longer than a day, and what was said first may never go later than what was said after it with the same urgency.
    """
    if urgent:
        return at
    zone = zone or get_default_timezone()
    earliest = _digest(wish, said_at, zone) if wish.pace == NoticeSettings.Pace.DAILY else said_at
    moment = max(earliest, at)
    return _next(wish.quiet_until, moment, zone) if wish.quiet_until and is_quiet(wish, moment, zone) else moment


def is_quiet(wish: NoticeSettings, moment: datetime, zone: tzinfo | None = None) -> bool:
    """Whether this person wants no mail now. The hours begin at `quiet_from` and end before `quiet_until`."""
    return _in_quiet(wish, moment.astimezone(zone or get_default_timezone()).time())


def _in_quiet(wish: NoticeSettings, clock: time) -> bool:
    begin, end = wish.quiet_from, wish.quiet_until
    if begin is None or end is None:
        return False
    return begin <= clock < end if begin < end else clock >= begin or clock < end


def _digest(wish: NoticeSettings, said_at: datetime, zone: tzinfo) -> datetime:
    """The first digest that can hold what was said then."""
    daily = wish.quiet_until if wish.quiet_until and _in_quiet(wish, wish.daily_at) else wish.daily_at
    return _next(daily, said_at, zone)


def _next(clock: time, moment: datetime, zone: tzinfo) -> datetime:
    """The first time, from this moment on, at which a local clock shows this."""
    local = moment.astimezone(zone)
    today = datetime.combine(local.date(), clock, local.tzinfo)
    return today if today >= local else today + DAY
