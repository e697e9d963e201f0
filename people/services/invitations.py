"""Inviting somebody, and giving them a link to a new password."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from people import links
from people.accounts import free_account
from people.links import Kind
from people.models import Membership, User
from people.passwords import check_password_of
from people.services.guards import must_manage
from trail import services as trail
from trail.refusals import Refusal

LINK_GIVEN = gettext_noop("管理员给你发了设新密码的链接，24 小时内有效。你没有要过，就去问管理员")


@dataclass(frozen=True, slots=True)
class Joining:
    """What somebody chose when they came in by an invitation."""

    username: str
    password: str
    language: str


@transaction.atomic
def invite(*, user: User, by: User, at: datetime) -> str:
    """The path of a link by which the person comes in for the first time, for seven days. Older invitations end.

    Raises Refusal for somebody who left, who came in already, or who works where `by` does not administer.
    """
    locked = _in_charge_of(user, by, at)
    if locked.has_usable_password():
        raise Refusal("joined_already", _("%(name)s 已经进来过了。发新密码链接") % {"name": locked.name}, status=409)
    locked.invited_at = user.invited_at = at
    locked.save(update_fields=["invited_at"])
    trail.note(by=by.pk, action="person.invite", subject=f"user:{locked.pk}", at=at)
    return links.invitation_path(locked)


@transaction.atomic
def reset_link(*, user: User, by: User, at: datetime) -> str:
    """The path of a link by which the person sets a new password, for 24 hours. They hear of it in their inbox.

    Raises Refusal for somebody who left, for oneself, or who works where `by` does not administer.
    """
    locked = _in_charge_of(user, by, at)
    if locked.pk == by.pk:
        raise Refusal("own_password", _("自己的密码在「我的账号」里改"), status=409)
    trail.note(by=by.pk, action="person.reset_link", subject=f"user:{locked.pk}", at=at)
    trail.tell(to=locked.pk, kind="password.link", sentence=LINK_GIVEN, link=reverse("account"), at=at)
    return reverse("reset", args=[links.write(Kind.HANDED, locked, at)])


def person_link(*, user: User, by: User, at: datetime) -> str:
    """The path of the link that this person needs: an invitation before they came in, a new password afterwards."""
    return (reset_link if user.has_usable_password() else invite)(user=user, by=by, at=at)


def join(*, token: str, joining: Joining, at: datetime) -> User:
    """Come in by an invitation: choose account and password. Of two who use it at once the second hears that it is used.

    Raises Refusal for a link that no longer counts, and for an account or password that cannot be.
    """
    try:
        with transaction.atomic():
            return _join(token, joining, at)
    except IntegrityError as taken:
        raise Refusal("account_taken", _("这个账号有人用了，换一个"), field="username", status=409) from taken


def _join(token: str, joining: Joining, at: datetime) -> User:
    _lock(links.read(token, at, Kind.JOIN).user.pk)
    user = links.read(token, at, Kind.JOIN).user  # once more, under the lock
    user.username = free_account(joining.username, but=user)
    check_password_of(user, joining.password)
    user.set_password(joining.password)
    user.language, user.invited_at = joining.language, None
    user.save(update_fields=["username", "password", "language", "invited_at"])
    trail.note(by=user.pk, action="person.join", subject=f"user:{user.pk}", at=at)
    return user


def _lock(pk: int) -> User:
    return User.objects.select_for_update().get(pk=pk)


def _in_charge_of(user: User, by: User, at: datetime) -> User:
    """The person, locked, when `by` administers every project where they work: a link opens all of it."""
    locked = _lock(user.pk)
    if not (locked.is_active and Membership.objects.not_over(at).filter(user=locked).exists()):
        raise Refusal("person_left", _("%(name)s 已经不在这里了，不能发链接") % {"name": locked.name}, status=409)
    must_manage(locked, by, at)
    return locked
