"""New passwords: by a link, or by oneself. Whoever is logged in with the old one is out at once."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from people import links
from people.links import Kind
from people.lockout import forgive
from people.models import SignIn, User
from people.passwords import check_password_of
from people.services.sessions import end_sessions
from trail import services as trail
from trail.limits import take

CHANGED = gettext_noop("你的密码改了。不是你改的，马上告诉管理员")
MAILS_AN_HOUR = 3  # links to a new password for one account


@transaction.atomic
def set_password(*, token: str, password: str, at: datetime) -> User:
    """Set a new password by a link. Raises Refusal for a link that no longer counts and for a password that cannot be."""
    kinds = (Kind.FORGOT, Kind.HANDED)
    User.objects.select_for_update().get(pk=links.read(token, at, *kinds).user.pk)
    user = links.read(token, at, *kinds).user  # once more, under the lock: a link is used once
    _set(user, password, "person.reset", at)
    forgive(user.username)
    return user


@transaction.atomic
def change_password(*, user: User, password: str, at: datetime, keep: str = "") -> User:
    """Set a new password for somebody who just proved who they are; `keep`: the key of the session that goes on.

    Raises Refusal for one that cannot be.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    _set(locked, password, "person.change_password", at, keep)
    return locked


def asked_key(user: User) -> str:
    """What counts the links that a person asked for (`trail.limits`)."""
    return f"forgot:{user.pk}"


def link_for(user: User, at: datetime) -> str | None:
    """The path of a link that the person asked for by mail; None when there were enough of them in this hour."""
    if not take(asked_key(user), limit=MAILS_AN_HOUR, within=timedelta(hours=1), at=at):
        return None
    return reverse("reset", args=[links.write(Kind.FORGOT, user, at)])


def _set(user: User, password: str, action: str, at: datetime, keep: str = "") -> None:
    check_password_of(user, password)
    user.set_password(password)
    user.save(update_fields=["password"])
    end_sessions(user, SignIn.Ended.PASSWORD, at, except_=keep)
    trail.note(by=user.pk, action=action, subject=f"user:{user.pk}", at=at)
    trail.tell(to=user.pk, kind="password.changed", sentence=CHANGED, link=reverse("account"), at=at)
