"""Links by which somebody gets in without a password: an invitation, or a new password.

A link is signed and nothing of it is kept. It is bound to the person, to what they were when it was written (roles, e-mail,
password) and to a time; whatever changes one of these ends it, so that it can be used once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from people.models import Membership, User
from trail.refusals import Refusal


class Kind(StrEnum):
    """What a link is for: to join, a new password that the person asked for, or one that an administrator gave."""

    JOIN = "join"
    FORGOT = "forgot"
    HANDED = "handed"


LASTS = {Kind.JOIN: timedelta(days=7), Kind.FORGOT: timedelta(hours=1), Kind.HANDED: timedelta(hours=24)}
SALT = "people.links"


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that still counts: whose, and what for."""

    user: User
    kind: Kind


def write(kind: Kind, user: User, at: datetime) -> str:
    """A link's token, made at `at`. For an invitation that is `user.invited_at`, which the newest one sets."""
    said = {"k": kind, "u": user.pk, "t": int(at.timestamp()), "f": _fingerprint(kind, user, at)}
    return signing.Signer(salt=SALT).sign_object(said)


def invitation_path(user: User) -> str:
    """The path of the invitation that counts; `user.invited_at` says from when on. Always the same for the same invitation."""
    assert user.invited_at is not None  # noqa: S101 — for the types: whoever calls has set it
    return reverse("join", args=[write(Kind.JOIN, user, user.invited_at)])


def read(token: str, at: datetime, *kinds: Kind) -> Opened:
    """Whose link this is. Raises Refusal with a sentence for one that is broken, too old, used or withdrawn."""
    said = _said(token)
    user = User.objects.filter(pk=said.get("u", 0), is_active=True).first()
    if said.get("k") not in kinds:
        raise broken()
    kind, made = Kind(said["k"]), datetime.fromtimestamp(said["t"], at.tzinfo)
    if user is None:
        raise _withdrawn(kind)
    if kind is Kind.JOIN:
        _refuse_spent(user, made)
    if at >= made + LASTS[kind]:
        raise _too_old(kind)
    if not constant_time_compare(said["f"], _fingerprint(kind, user, at)):
        raise _withdrawn(kind)
    return Opened(user, kind)


def missing() -> Refusal:
    """The page of a link without it: a second tap after it was used, or a browser in which it was never opened."""
    return Refusal("link_missing", _("这一页要从收到的链接打开。链接已经用过了，就去登录"), status=404)


def broken() -> Refusal:
    """Nothing that we wrote, or only a part of it."""
    return Refusal("link_broken", _("这个链接不完整。把整条链接复制到地址栏，再打开一次"), status=404)


def _said(token: str) -> dict[str, Any]:
    if not token:
        raise missing()
    try:
        said: dict[str, Any] = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature as wrong:
        raise broken() from wrong
    return said


def _refuse_spent(user: User, made: datetime) -> None:
    if user.invited_at is None:
        raise Refusal(
            "link_used", _("这个邀请已经用过了。用账号和密码登录；忘了密码，在登录页点「忘了密码」"), status=410
        )
    if int(user.invited_at.timestamp()) != int(made.timestamp()):
        raise Refusal("link_replaced", _("后来又发了新的邀请，这一条不能用了。打开最新的那条"), status=410)


def _too_old(kind: Kind) -> Refusal:
    if kind is Kind.FORGOT:
        return Refusal("link_expired", _("这个链接过了一小时，不能用了。再要一条"), status=410)
    return Refusal("link_expired", _("这个链接过期了。找管理员再发一条"), status=410)


def _withdrawn(kind: Kind) -> Refusal:
    if kind is Kind.JOIN:
        return Refusal("link_withdrawn", _("这个邀请撤回了，或者你的岗位改过。找管理员再发一条"), status=410)
    return Refusal("link_used", _("这个链接用过了，或者密码已经改了。用新密码登录，或再要一条"), status=410)


def _fingerprint(kind: Kind, user: User, at: datetime) -> str:
    """What the person is now, in a form that tells nothing. Roles count for an invitation.

    Whoever remembers the old password ends the link they asked for; one that was handed over stays, or whoever stole the
    password could end it.
    """
    facts = [kind, str(user.pk), user.password, user.email]
    if kind is Kind.JOIN:
        held = Membership.objects.not_over(at).filter(user=user).order_by("project_id", "role")
        roles = [f"{project}:{role}" for project, role in held.values_list("project_id", "role")]
        facts += roles
    elif kind is Kind.FORGOT:
        facts.append(user.last_login.isoformat() if user.last_login else "")
    return salted_hmac(SALT, "\n".join(facts), algorithm="sha256").hexdigest()[:32]
