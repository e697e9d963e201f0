"""Proof that the person at the keyboard is who they say: a password, or a code where a second factor is on."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from people.models import User
from people.services.second_factor import has_second_factor, use_code
from trail import limits
from trail.refusals import Refusal

# Wrong tries for each person, wherever they are made: how many, within what, and what is said when they are used up.
TRIES = (
    ("proof", 5, timedelta(minutes=5), gettext_noop("试错太多次了，过五分钟再试")),
    ("proof-day", 96, timedelta(days=1), gettext_noop("试错太多次了。明天再试，或找管理员")),
)


def kind_of_proof(user: User) -> str:
    """What this person is asked for, which is also the name of the input: `code` or `password`."""
    return "code" if has_second_factor(user) else "password"


def prove(*, user: User, typed: str, at: datetime) -> str:
    """Take the password, or use up the code; gives which of the two it was. Only wrong tries are counted.

    Raises Refusal for what is wrong, and when too much was wrong before. Outside a transaction, or a count could be lost.
    """
    kind = kind_of_proof(user)
    for name, limit, within, sentence in TRIES:
        if not limits.take(f"{name}:{user.pk}", limit=limit, within=within, at=at):
            raise Refusal("too_many_tries", _(sentence), field=kind, status=429)
    if kind == "code":
        use_code(user=user, code=typed, at=at)
    elif not user.check_password(typed):
        raise Refusal("password_wrong", _("密码不对"), field=kind)
    for name, *_rest in TRIES:
        limits.give_back(f"{name}:{user.pk}")
    return kind
