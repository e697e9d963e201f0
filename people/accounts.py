"""The name by which somebody logs in."""

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from people.models import User
from trail.refusals import Refusal


def valid_account(username: str, *, field: str = "username") -> str:
    """The account name, tidied. Raises Refusal for one that cannot be."""
    name = User.normalize_username(username.strip())
    try:
        UnicodeUsernameValidator()(name)
    except ValidationError as wrong:
        raise Refusal("account_invalid", _("账号用字母、数字和 . _ - @ +，中间没有空格"), field=field) from wrong
    return name


def free_account(username: str, *, but: User | None = None, field: str = "username") -> str:
    """The account name, tidied. Raises Refusal for one that cannot be, or that somebody else has (whatever its case)."""
    name = valid_account(username, field=field)
    if User.objects.filter(username__iexact=name).exclude(pk=but.pk if but else 0).exists():
        raise Refusal("account_taken", _("这个账号有人用了，换一个"), field=field, status=409)
    return name
