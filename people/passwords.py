"""What a new password must be, in our words."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from people.models import User
from trail.refusals import Refusal

SENTENCES = {
    "password_too_short": _("密码至少 %(min_length)d 位。可以是一句好记的话"),
    "password_too_similar": _("密码和姓名、账号、邮箱或公司名太像，别人猜得到。换一个"),
    "password_too_common": _("这个密码太常见，别人一试就中。换一个"),
}


def check_password_of(user: User, password: str) -> None:
    """Raises Refusal for a password that is short, common, or like its owner's or the company's name; `user` need not be saved."""
    try:
        validate_password(password, user)
    except ValidationError as wrong:
        first = wrong.error_list[0]
        code = first.code or ""
        raise Refusal(code, SENTENCES[code] % (first.params or {}), field="new_password") from wrong
