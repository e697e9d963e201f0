"""Sessions as people see them: begun, moved to another key, ended here or from elsewhere. What is ended is refused at its next request.

A session is a row of Django's; deleting that is what ends it. The rows here say whose it was, on what device, and why it ended.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from people.models import SignIn, User
from people.roles import Right
from people.services.guards import must_manage
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal
from trail.sentences import counted_noop

Ended = SignIn.Ended
SEEN_EVERY = timedelta(minutes=5)
KEPT = timedelta(days=180)  # how long it stays known who came in from where
ENDED_FOR_YOU = counted_noop("管理员让你在 %(count)d 处退出了登录")


@transaction.atomic
def begin_session(*, user: User, session_key: str, way: str, device: str, address: str | None, at: datetime) -> SignIn:
    """Somebody came in by this session. Whoever was in by the same one before has left it."""
    leave_session(session_key=session_key, at=at)
    return SignIn.objects.create(
        user=user, session_key=session_key, way=way, device=device[:200], address=address, at=at, seen_at=at
    )


def move_session(*, old: str, new: str) -> None:
    """The session got another key, as it does when its person changes the password."""
    SignIn.objects.filter(session_key=old, ended_at=None).update(session_key=new)


def leave_session(*, session_key: str, at: datetime) -> None:
    """Somebody logs out, or somebody else logs in in the same browser. The session itself is ended by Django."""
    _mark(SignIn.objects.filter(session_key=session_key, ended_at=None), Ended.LOGOUT, at)


def see_session(session_key: str, at: datetime) -> None:
    """The session was used. Each process writes it once in five minutes, so that a request costs at most one statement."""
    _see(session_key, at - timedelta(seconds=at.timestamp() % SEEN_EVERY.total_seconds()))


@lru_cache(maxsize=10_000)
def _see(session_key: str, moment: datetime) -> None:
    SignIn.objects.filter(session_key=session_key, seen_at__lt=moment).update(seen_at=moment)


def open_sessions(user: User, at: datetime) -> Any:
    """Where this person is logged in at this moment, what was used last first."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=at)
    return SignIn.objects.filter(Exists(alive), user=user, ended_at=None).order_by("-seen_at", "-pk")


@transaction.atomic
def end_sessions(user: User, why: str, at: datetime, *, except_: str = "") -> int:
    """End what this person has open, wherever, but the session with this key; gives in how many places."""
    return _end(SignIn.objects.filter(user=user, ended_at=None).exclude(session_key=except_), why, at)


@transaction.atomic
def end_own(*, user: User, at: datetime, row: int | None = None, except_: str = "") -> int:
    """End one of one's own sessions, or all but the one with this key; gives how many. Raises Refusal (404) for a stranger's."""
    rows = SignIn.objects.filter(user=user, ended_at=None).exclude(session_key=except_)
    if row is not None:
        rows = rows.filter(pk=row)
        if not rows.exists():
            raise Refusal("session_over", _("那里已经退出了"), status=404)
    count = _end(rows, Ended.BY_OWNER, at)
    trail.note(by=user.pk, action="session.end", subject=f"user:{user.pk}", at=at, count=count)
    return count


@transaction.atomic
def end_for(*, here: Workplace, user: User, at: datetime) -> int:
    """An administrator ends all sessions of somebody, who hears of it; gives how many.

    Raises Refusal without the right, and for somebody who also works where `here` does not administer.
    """
    if not here.may(Right.SETTINGS):
        raise Refusal("sessions_not_yours", _("只有管理员能让别人退出登录"), status=404)
    must_manage(user, here.user, at)
    count = end_sessions(user, Ended.BY_ADMINISTRATOR, at)
    trail.note(
        by=here.user.pk,
        action="session.end_for",
        subject=f"user:{user.pk}",
        at=at,
        project=here.project.code,
        count=count,
    )
    trail.tell(to=user.pk, kind="session.ended", sentence=ENDED_FOR_YOU, link=reverse("account"), at=at, count=count)
    return count


def forget_sessions(at: datetime) -> None:
    """Nightly: what ran out is marked so, and what is older than 180 days goes."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=at)
    _mark(SignIn.objects.filter(~Exists(alive), ended_at=None), Ended.OVER, at)
    SignIn.objects.filter(ended_at__lt=at - KEPT).delete()


def _end(rows: Any, why: str, at: datetime) -> int:
    keys = list(rows.select_for_update().order_by("pk").values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return _mark(rows, why, at)


def _mark(rows: Any, why: str, at: datetime) -> int:
    count: int = rows.update(ended_at=at, ended=why, session_key="")
    return count
