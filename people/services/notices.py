"""How somebody wants to hear of things outside the inbox: the address, what, and when."""

from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from people.models import NoticeSettings, User
from people.services.guards import refusing
from trail.models import Delivery
from trail.refusals import Refusal
from trail.services import note


@dataclass(frozen=True, slots=True)
class Wish:
    """What of it, how often, and when not; times are local. No quiet hours: both ends are None."""

    mail: str
    pace: str
    daily_at: time
    quiet_from: time | None
    quiet_until: time | None


@transaction.atomic
def change_wish(*, user: User, wish: Wish, at: datetime) -> NoticeSettings:
    """From now on, also for what waits already. Refused: quiet_half (one end is missing), quiet_empty (both are the same)."""
    _check_quiet(wish)
    row, _made = NoticeSettings.objects.update_or_create(
        user=user,
        defaults={
            "mail": wish.mail, "pace": wish.pace, "daily_at": wish.daily_at,
            "quiet_from": wish.quiet_from, "quiet_until": wish.quiet_until,
        },
    )  # fmt: skip
    waiting = Delivery.objects.filter(to=str(user.pk), state=Delivery.State.WAITING)
    waiting.filter(why="").update(due_at=at)  # the outbox looks again when each may go; what failed keeps its wait
    return row


@transaction.atomic
def change_address(*, user: User, email: str, at: datetime) -> User:
    """Where one's mail goes; empty: nowhere. Whoever reads that mailbox can set a new password, so proof comes first.

    Refused: email_taken.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    taken = Refusal("email_taken", _("这个邮箱是另一个人的，换一个"), field="email", status=409)
    locked.email = email
    with refusing({"user_email_once": taken}):
        locked.save(update_fields=["email"])
    note(by=user.pk, action="person.address", subject=f"user:{user.pk}", at=at, given=bool(email))
    return locked


def _check_quiet(wish: Wish) -> None:
    begin, end = wish.quiet_from, wish.quiet_until
    if (begin is None) != (end is None):
        missing = "quiet_from" if begin is None else "quiet_until"
        raise Refusal("quiet_half", _("免打扰要写明从几点到几点；都空着就不设"), field=missing)
    if begin is not None and begin == end:
        raise Refusal("quiet_empty", _("从和到是同一时间。不想收邮件，上面选「不发邮件」"), field="quiet_until")
