"""The outbox: what somebody must hear of goes out, in order for each recipient, at least once.

    look    whose letters are due, and not held back by one that failed and waits to be tried again
    lock    every waiting letter of that person, all or none: two workers never have the same person in hand
    decide  not wanted, nowhere to send, no longer true: skipped. Quiet hours, digest: put off until then
    send    all that is due as one, then note that it went

A worker that is killed between sending and noting lets go of its locks, and another sends again. A letter that does not go
is tried TRIES times, ever more rarely, then given up: the next goes on. When the channel itself does not answer, everybody's
letters are put off at once: one time-out a round, not one for each person.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Min, OuterRef, QuerySet
from django.utils import translation

from people.channels import Channel, Letter, NotSent
from people.channels.email import Email
from people.channels.sms import Sms
from people.hours import may_go_at
from people.kinds import URGENT
from people.models import NoticeSettings, User
from people.retrying import TRIES, next_try
from trail.models import Delivery

CHANNELS: tuple[Channel, ...] = (Email(), Sms())
PEOPLE = 20  # a round: other work of the worker gets its turn
TOGETHER = 50  # letters that go as one
PUT_OFF = 1000  # letters that one time-out puts off

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recipient:
    """For whom the letters are, and what they want. Nobody there any more: `user` is None.

    `missing` says, as a code, why nothing can go to them this way; empty when something can.
    """

    user: User | None
    wish: NoticeSettings
    missing: str


def drain(*, at: datetime) -> int:
    """Send what is due, through every channel; gives how many letters were dealt with. Zero: there is nothing to do now."""
    return sum(_drain(channel, at) for channel in CHANNELS)


def is_due(at: datetime) -> bool:
    """Whether somebody's letters are to be dealt with now."""
    return any(_whose_turn(channel.name, at) for channel in CHANNELS)


def _drain(channel: Channel, at: datetime) -> int:
    dealt_with = 0
    for to in _whose_turn(channel.name, at):
        try:
            with transaction.atomic():
                dealt_with += _serve(channel, to, at)
        except NotSent as trouble:  # what was decided about this person's other letters is decided again later
            return dealt_with + _put_off_all(channel.name, trouble.code, at)
    return dealt_with


def _waiting(channel: str) -> QuerySet[Delivery]:
    return Delivery.objects.filter(channel=channel, state=Delivery.State.WAITING)


def _whose_turn(channel: str, at: datetime) -> list[str]:
    """Who has something due, longest waiting first. A letter that waits for its next try holds back those after it."""
    held_back = _waiting(channel).filter(to=OuterRef("to"), due_at__gt=at).exclude(why="")
    due = _waiting(channel).filter(~Exists(held_back), due_at__lte=at)
    return list(due.values_list("to").annotate(first=Min("pk")).order_by("first").values_list("to", flat=True)[:PEOPLE])


def _serve(channel: Channel, to: str, at: datetime) -> int:
    """All that can be done now for one person. Raises NotSent where the channel itself is the trouble."""
    mine = _lock(channel.name, to)
    recipient = _recipient(channel, to, at)
    kept = [row for row in mine if not _skip(channel, row, recipient, at)]
    due = _due(kept, recipient.wish, at)
    if due and recipient.user:
        _send(channel, recipient.user, due, at)
    return len(mine) - len(kept) + len(due)


def _lock(channel: str, to: str) -> list[Delivery]:
    """Every waiting letter of this person, oldest first; none when another worker has this person in hand."""
    rows = _waiting(channel).filter(to=to).order_by("pk")
    seen = set(rows.values_list("pk", flat=True))
    held = list(rows.select_related("message").select_for_update(skip_locked=True, of=("self",)))
    return held if seen <= {row.pk for row in held} else []


def _recipient(channel: Channel, to: str, at: datetime) -> Recipient:
    user = (
        User.objects.select_related("notice_settings").filter(pk=to, is_active=True).first() if to.isdigit() else None
    )
    if user is None or _left(user, at):
        return Recipient(None, NoticeSettings(), "left")
    return Recipient(user, getattr(user, "notice_settings", None) or NoticeSettings(), channel.missing(user))


def _left(user: User, at: datetime) -> bool:
    """Whether this person had roles here, and every one of them has ended."""
    return not user.memberships.not_over(at).exists() and user.memberships.exists()


def _skip(channel: Channel, row: Delivery, recipient: Recipient, at: datetime) -> bool:
    """Whether this letter need not go; then it is noted why."""
    why = _why_not(channel, row, recipient, at)
    if why:
        _settle([row], Delivery.State.SKIPPED, why, at)
    return bool(why)


def _why_not(channel: Channel, row: Delivery, recipient: Recipient, at: datetime) -> str:
    if recipient.missing:
        return recipient.missing
    if channel.wished and not _wanted(row, recipient.wish.mail):
        return "not_wanted"
    if channel.lasts and row.message.at + channel.lasts < at:
        return "late"
    return "done" if row.message.done_at else ""


def _wanted(row: Delivery, wish: str) -> bool:
    return wish == NoticeSettings.Mail.ALL or (wish == NoticeSettings.Mail.TO_DO and row.message.to_do)


def _due(rows: list[Delivery], wish: NoticeSettings, at: datetime) -> list[Delivery]:
    """Those that go now; the others are put off. One that cannot wait takes along whatever stands before it."""
    last = -1
    for i, row in enumerate(rows):
        urgent = row.message.kind in URGENT
        row.due_at = may_go_at(wish, said_at=row.message.at, at=at, urgent=urgent)
        row.why = ""  # whatever its last try said, it does not wait for that any more
        last = i if row.due_at <= at else last
    Delivery.objects.bulk_update(rows[last + 1 :], ["due_at", "why"])
    return rows[: last + 1][:TOGETHER]


def _send(channel: Channel, user: User, rows: list[Delivery], at: datetime) -> None:
    try:
        with translation.override(user.language or settings.LANGUAGE_CODE):
            channel.send(user, [_letter(row) for row in rows])
    except NotSent as trouble:
        if trouble.of_channel:
            raise
        _put_off(rows, trouble.code, at)
    except Exception:  # a letter that cannot even be written must not stop everybody else's
        log.exception("outbox: a letter could not be sent")
        _put_off(rows, "trouble", at)
    else:
        _settle(rows, Delivery.State.SENT, "", at)


def _letter(row: Delivery) -> Letter:
    message = row.message
    return Letter(
        pk=message.pk, sentence=str(message), at=message.at, urgent=message.kind in URGENT, facts=message.facts
    )


def _settle(rows: list[Delivery], state: str, why: str, at: datetime) -> None:
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(state=state, why=why, done_at=at)


def _put_off(rows: list[Delivery], why: str, at: datetime) -> None:
    """Try again later, or give up what was tried often enough."""
    for row in rows:
        row.tries += 1
        row.why, row.due_at = why, next_try(row.tries, at)
        if row.tries >= TRIES:
            row.state, row.done_at = Delivery.State.FAILED, at
    Delivery.objects.bulk_update(rows, ["tries", "why", "due_at", "state", "done_at"])


@transaction.atomic
def _put_off_all(channel: str, why: str, at: datetime) -> int:
    """The channel does not answer: whatever is due waits, except what another worker has in hand."""
    due = list(_waiting(channel).filter(due_at__lte=at).order_by("pk").select_for_update(skip_locked=True)[:PUT_OFF])
    _put_off(due, why, at)
    return len(due)
