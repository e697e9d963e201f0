"""Tokens for programs: made, revoked, and let in. The token itself is seen once, by whoever makes it; a digest is kept."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Subquery
from django.utils.translation import gettext as _

from people.factor_duty import factor_missing
from people.models import ApiToken, User
from people.workplace import Workplace, held_by, workplace_of
from trail import services as trail
from trail.refusals import Refusal
from trail.together import Prepared, given

MARK = "gs_"  # so that a token that leaked somewhere is recognised for what it is
SIZE = 32  # random bytes: nobody guesses 256 bits, so an unkeyed digest is enough
START = 9  # characters that are kept to tell tokens apart; 220 bits stay unknown
A_MINUTE = timedelta(minutes=1)


@transaction.atomic
def make_token(
    *, here: Workplace, name: str, scopes: Collection[str], days: int | None, at: datetime
) -> tuple[ApiToken, str]:
    """A token for a program of this person in this project, and the token in clear: it cannot be had again.

    `scopes` are rights that the person holds here. `days`: how long it is good for; None until it is revoked.
    """
    if not name.strip():
        raise Refusal("name_missing", _("写明给哪个程序用"), field="name")
    if not scopes or not set(scopes) <= here.rights:
        raise Refusal("scopes_wrong", _("选令牌能做的事，只能是你自己能做的"), field="scopes")
    if days is not None and days < 1:
        raise Refusal("days_wrong", _("有效期至少一天"), field="days")
    secret = MARK + token_urlsafe(SIZE)
    token = ApiToken.objects.create(
        user=here.user, project=here.project, name=name.strip(), start=secret[:START], digest=_digest(secret),
        scopes=sorted(scopes), made_at=at, expires_at=at + timedelta(days=days) if days else None,
    )  # fmt: skip
    trail.note(
        by=here.user.pk, action="token.make", subject=f"token:{token.pk}", at=at, project=here.project.code,
        scopes=token.scopes, days=days,
    )  # fmt: skip
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User, at: datetime) -> None:
    """The program is shut out from now on. A second time changes nothing."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at):
        project = token.project.code
        trail.note(by=by.pk, action="token.revoke", subject=f"token:{token.pk}", at=at, project=project)


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """One's own tokens, the newest first."""
    return ApiToken.objects.filter(user=user).select_related("project").order_by("-made_at", "-pk")


def _asked() -> dict[str, Any]:
    mine = ApiToken.objects.filter(digest=given("digest"))
    return {"token": mine.select_related("user", "project"), "held": held_by(Subquery(mine.values("user")))}


LET_IN = Prepared(_asked)


def let_in(secret: str, *, at: datetime) -> tuple[ApiToken, Workplace]:
    """The token and the workplace that it opens: its owner's of now, with those of their rights that it names.

    Raises Refusal: 401 for a token that there is not, that was revoked or has expired, and for one whose owner left; 403 while
    its owner must have a second factor and has none.
    """
    found = LET_IN.ask(digest=_digest(secret), at=at)
    token = next(iter(found["token"]), None)
    if token is None:
        raise _no("token_unknown", _("没有这个令牌，核对一遍再发"))
    if token.revoked_at:
        raise _no("token_revoked", _("这个令牌已经作废，换一个"))
    if token.expires_at and token.expires_at <= at:
        raise _no("token_expired", _("这个令牌已经过期，换一个"))
    here = workplace_of(token.user, token.project_id, found["held"], at)
    if here is None:
        raise _no("owner_left", _("令牌的主人已经不在这个项目，令牌不能再用"))
    if here.barred:
        raise factor_missing()
    _note_use(token, at)
    return token, replace(here, rights=here.rights & frozenset(token.scopes))


def _no(code: str, sentence: str) -> Refusal:
    return Refusal(code, sentence, status=401)


def _note_use(token: ApiToken, at: datetime) -> None:
    """When it was used last, to the minute: a busy program does not write with each request."""
    if token.last_used_at is None or at - token.last_used_at >= A_MINUTE:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
