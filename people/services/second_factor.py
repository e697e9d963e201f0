"""两步验证: a second factor beside the password (TOTP, RFC 6238), and recovery codes for a lost telephone.

Every code counts once: a time step by an UPDATE that only the first of two at once can make, a recovery code likewise.
"""

import secrets
import unicodedata
from datetime import date, datetime, timedelta
from typing import Any

import pyotp
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from people.factor_duty import LONGEST, must_have_factor
from people.models import Installation, RecoveryCode, SecondFactor, User
from people.roles import Right
from people.services.guards import must_manage
from people.workplace import Workplace
from trail import services as trail
from trail import vault
from trail.refusals import Refusal

DRIFT = 1  # time steps of 30 s that a telephone's clock may be off, either way
CODES, CODE_DIGITS = 10, 12  # recovery codes at a time; digits, so that a keypad is enough
TO_CONFIRM = timedelta(minutes=30)  # how long a secret that was shown waits for its first code
PAGE = "/account/second-factor"
TURNED_ON = gettext_noop("两步验证开启了。登录时会再问一个验证码")
MOVED = gettext_noop("两步验证换了手机，恢复码也换了。不是你换的，马上改密码")


def has_second_factor(user: User) -> bool:
    """Whether this person's password alone lets nobody in."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()


def waiting_secret(user: User, at: datetime) -> str:
    """The secret that waits for its first code; empty where none does, or it waited too long."""
    begun = SecondFactor.objects.filter(user=user, begun_at__gt=at - TO_CONFIRM).first()
    sealed = begun and (begun.sealed_next if begun.confirmed_at else begun.sealed_secret)
    return vault.unseal(sealed) if sealed else ""


def codes_left(user: User) -> int:
    """How many recovery codes were not used yet."""
    return RecoveryCode.objects.filter(user=user, used_at__isnull=True).count()


@transaction.atomic
def begin_second_factor(*, user: User, at: datetime) -> None:
    """Make a secret, which counts once a code of it was keyed. Raises Refusal where a second factor is on."""
    _lock(user)
    if has_second_factor(user):
        raise Refusal("second_factor_on", _("两步验证已经开启了。没看到恢复码，就换一批"), status=409)
    fresh = {"sealed_secret": vault.seal(pyotp.random_base32()), "begun_at": at, "last_step": 0}
    SecondFactor.objects.update_or_create(user=user, defaults=fresh)


@transaction.atomic
def begin_another_telephone(*, user: User, at: datetime) -> None:
    """Make a secret for another telephone; until a code of it was keyed, the one before counts. Raises Refusal where none is on."""
    _lock(user)
    _must_be_on(user)
    SecondFactor.objects.filter(user=user).update(sealed_next=vault.seal(pyotp.random_base32()), begun_at=at)


@transaction.atomic
def call_off_second_factor(*, user: User, at: datetime) -> None:
    """Let be what waits for its first code: the telephone before and the recovery codes go on counting.

    Where none counted yet, the second factor stays off. Raises Refusal where nothing waits.
    """
    _lock(user)
    if not waiting_secret(user, at):
        raise Refusal("second_factor_not_begun", _("没有等着扫码的，不用取消"), status=409)
    begun = SecondFactor.objects.filter(user=user)
    begun.filter(confirmed_at__isnull=True).delete()
    begun.update(sealed_next=None)
    trail.note(by=user.pk, action="second_factor.stop", subject=f"user:{user.pk}", at=at)


@transaction.atomic
def confirm_second_factor(*, user: User, code: str, at: datetime) -> list[str]:
    """The first code was keyed: from now on it is asked for. Gives the recovery codes, which nobody can read again.

    Of another telephone: the secret and the codes before count no more. Raises Refusal for a wrong code, or one for a
    secret that is no longer waiting.
    """
    _lock(user)
    secret = waiting_secret(user, at)
    if not secret:
        raise Refusal("second_factor_not_begun", _("等得太久了，从头再来"), status=409)
    step = _step(secret, _digits(code), at)
    if step is None:
        raise _wrong()
    sealed = {"sealed_secret": vault.seal(secret), "sealed_next": None}
    what, sentence = ("moved", MOVED) if has_second_factor(user) else ("on", TURNED_ON)
    SecondFactor.objects.filter(user=user).update(confirmed_at=at, last_step=step, **sealed)
    _tell(user, by=user, what=what, sentence=sentence, at=at)
    return _new_codes(user)


@transaction.atomic
def renew_recovery_codes(*, user: User, at: datetime) -> list[str]:
    """Ten new recovery codes; those before count no more. Raises Refusal without a second factor."""
    _lock(user)
    _must_be_on(user)
    _tell(user, by=user, what="codes", sentence=gettext_noop("恢复码换了一批，以前的不能用了"), at=at)
    return _new_codes(user)


@transaction.atomic
def turn_off_second_factor(*, user: User, at: datetime) -> None:
    """The password alone lets this person in again. The caller has proof of who asks.

    Raises Refusal where it is off, and for whoever must have one.
    """
    _lock(user)
    _must_be_on(user)
    if must_have_factor(user, at):
        raise Refusal("second_factor_needed", _("你的角色必须开两步验证，关不了。换手机用「换手机」"), status=409)
    _remove(user)
    _tell(user, by=user, what="off", sentence=gettext_noop("两步验证关闭了。不是你关的，马上改密码"), at=at)


@transaction.atomic
def remove_second_factor(*, here: Workplace, user: User, at: datetime) -> None:
    """An administrator lets somebody in again who lost telephone and recovery codes. Never oneself: that takes a code.

    Raises Refusal without the right, for oneself, or where none is on.
    """
    if not here.may(Right.SETTINGS):
        raise Refusal("second_factor_not_yours", _("只有管理员能替别人关闭两步验证"), status=404)
    must_manage(user, here.user, at)
    if user.pk == here.user.pk:
        raise Refusal("second_factor_own", _("自己的两步验证在「我的账号」里关闭"))
    _lock(user)
    _must_be_on(user)
    _remove(user)
    sentence = gettext_noop("管理员关闭了你的两步验证。换好手机后再开启")
    _tell(user, by=here.user, what="remove", sentence=sentence, at=at, project=here.project.code)


@transaction.atomic
def set_duty_day(*, here: Workplace, day: date | None, at: datetime) -> None:
    """From this local day on whoever holds one of the GUARDED roles must have a second factor; None: at once.

    Raises Refusal without the right, and for a day that is more than thirty days away.
    """
    if not here.may(Right.SETTINGS):
        raise Refusal("duty_not_yours", _("只有管理员能定两步验证从哪天起"), status=404)
    if day and day > at.astimezone(here.project.zone).date() + LONGEST:
        raise Refusal("day_too_far", _("最多推迟 %(days)d 天") % {"days": LONGEST.days}, field="day")
    Installation.objects.update(second_factor_from=day)
    told = day.isoformat() if day else ""
    trail.note(
        by=here.user.pk, action="second_factor.duty", subject="user:all", at=at, project=here.project.code, day=told
    )


def use_code(*, user: User, code: str, at: datetime) -> None:
    """Use up a code of the telephone, or a recovery code. Raises Refusal for a wrong one, and for one that was used."""
    digits = _digits(code)
    if len(digits) == CODE_DIGITS:
        return _use_recovery_code(user, digits, at)
    factor = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()
    step = _step(vault.unseal(factor.sealed_secret), digits, at) if factor else None
    if factor is None or step is None:
        raise _wrong()
    if not SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step):
        raise Refusal("code_used", _("这个验证码用过了，等下一个"), field="code")


@transaction.atomic
def _use_recovery_code(user: User, digits: str, at: datetime) -> None:
    kept = RecoveryCode.objects.filter(user=user, digest=_digest(user, digits))
    if not kept.filter(used_at__isnull=True).update(used_at=at):
        raise Refusal("code_used", _("这个恢复码用过了"), field="code") if kept.exists() else _wrong()
    sentence = gettext_noop("有人用了你的一个恢复码，还剩 %(left)d 个。不是你，马上改密码")
    _tell(user, by=user, what="recover", sentence=sentence, at=at, left=codes_left(user))


def _step(secret: str, digits: str, at: datetime) -> int | None:
    """The time step whose code this is; None for a code of no step that is near."""
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(digits, for_time=at, valid_window=DRIFT)
    except pyotp.exceptions.OTPVerificationError:
        return None


def _digits(typed: str) -> str:
    """What was typed without blanks and hyphens, full-width digits as others."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed) if c.isdigit())


def _digest(user: User, digits: str) -> bytes:
    return vault.index("recovery", f"{user.pk}|{digits}")


def _new_codes(user: User) -> list[str]:
    codes = [f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}" for _i in range(CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(user, code)) for code in codes)
    return ["-".join((code[:4], code[4:8], code[8:])) for code in codes]


def _lock(user: User) -> None:
    """Wait until nobody else changes how this person comes in."""
    User.objects.select_for_update().get(pk=user.pk)


def _remove(user: User) -> None:
    RecoveryCode.objects.filter(user=user).delete()
    SecondFactor.objects.filter(user=user).delete()


def _must_be_on(user: User) -> None:
    if not has_second_factor(user):
        raise Refusal("second_factor_off", _("两步验证没有开启"), status=409)


def _wrong() -> Refusal:
    return Refusal("code_wrong", _("验证码不对"), field="code")


def _tell(user: User, *, by: User, what: str, sentence: str, at: datetime, project: str = "", **facts: Any) -> None:
    """On record, and in the person's inbox: whoever did not do this themselves must hear of it."""
    kind = f"second_factor.{what}"
    trail.note(by=by.pk, action=kind, subject=f"user:{user.pk}", at=at, project=project)
    trail.tell(to=user.pk, kind=kind, sentence=sentence, link=PAGE, at=at, **facts)
