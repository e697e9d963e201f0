"""Noting what happened and telling who must know. Called inside the transaction of the act itself."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from trail import channels, limits, origin
from trail.models import Delivery, Entry, Message, Once
from trail.once import claim
from trail.refusals import Refusal
from trail.signals import noted


def note(*, by: object, action: str, subject: str, at: datetime, project: str = "", **detail: Any) -> None:
    """Write a line of the audit log, from where the request comes. `detail` must not hold personal data."""
    entry = Entry.objects.create(
        at=at, actor=str(by), action=action, subject=subject, project=project, detail=detail,
        address=origin.address(),
    )  # fmt: skip
    noted.send(sender=Entry, entry=entry)


def refused(refusal: Refusal) -> None:
    """Write down the attempt that was refused, where it is to leave a line. Outside the transaction that the refusal undid."""
    if refusal.record:
        note(**refusal.record)


def tell(
    *, to: object, kind: str, sentence: str, at: datetime, project: str = "", link: str = "", to_do: bool = False,
    **facts: Any,
) -> None:  # fmt: skip
    """Put a message into somebody's inbox, and on its way out. `sentence` is a msgid; `facts` fill it in.

    Never a number, never a full name: it goes to places that we do not control.
    """
    message = Message.objects.create(
        to=str(to), project=project, kind=kind, sentence=sentence, facts=facts, link=link, to_do=to_do, at=at
    )
    Delivery.objects.bulk_create(
        Delivery(message=message, to=message.to, channel=name, due_at=at) for name in channels.names(kind)
    )


def tell_counted(
    *, to: object, kind: str, sentence: str, n: int, at: datetime, since: datetime, group: str = "", project: str = "",
    link: str = "",
) -> None:  # fmt: skip
    """Tell somebody that `n` things happened; of one group and since `since`, such as midnight, one message whose number grows.

    Grown, it is unread again; it goes out once. Two at once make one message: the second waits for the first.
    """
    about = f"{kind}:{project}:{to}:{group}"
    if limits.take(f"told:{about}", limit=1, within=at - since + timedelta(seconds=1), at=at):
        tell(to=to, kind=kind, sentence=sentence, project=project, link=link, at=at, n=n, group=group)
        return
    mine = Message.objects.to(to).filter(kind=kind, project=project, facts__group=group)
    if message := mine.select_for_update().order_by("-at", "-pk").first():
        message.facts["n"] += n
        message.at, message.read_at = at, None
        message.save(update_fields=["facts", "at", "read_at"])


def done(*, link: str, at: datetime, kind: str = "", to: object = None) -> None:
    """What messages asked for under this link is done: of one kind or any, by one person or whoever was asked."""
    asked = Message.objects.waiting().filter(link=link)
    asked = asked.filter(kind=kind) if kind else asked
    (asked.filter(to=str(to)) if to is not None else asked).update(done_at=at)


def once(*, key: UUID | None, by: object, act: str, at: datetime, do: Callable[[], str]) -> tuple[str, bool]:
    """Do `do` unless it was done under `key`; returns its answer and whether it was done now.

    A second request with the same key waits for the first one (the primary key makes it), then gets its answer. Raises
    Refusal for a key under which somebody else, or something else, was done.
    Must be the outermost transaction, so that the key and the act stand or fall together.
    """
    if key is None:
        return do(), True
    with transaction.atomic():
        if not claim(key=key, by=by, act=act, at=at):
            done = Once.objects.filter(key=key, actor=str(by), act=act).first()
            if done is None:
                raise Refusal("key_taken", _("这张表单已经用过了。刷新页面，再点一次"), status=409)
            return done.answer, False
        answer = do()
        Once.objects.filter(key=key).update(answer=answer)
        return answer, True


def next_number(series: str, at: datetime, *, apart: bool = False) -> str:
    """The next number of a series, such as BB-261124-0137. From a sequence: nobody waits, a gap may stay after a refusal.

    `apart`: from the series' own sequence. Cases have one: a gap between two receipts would tell their reporter that a case was opened.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [f"trail_numbers_{series.lower()}" if apart else "trail_numbers"])
        (count,) = cursor.fetchone()
    return numbered(series, at, [count])[0]


def numbered(series: str, at: datetime, counts: Iterable[int]) -> list[str]:
    """How numbers of a series are written, for counts that the sequence gave."""
    day = f"{localtime(at):%y%m%d}"
    return [f"{series}-{day}-{count:04d}" for count in counts]
