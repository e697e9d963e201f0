"""Forms about oneself."""

from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class LoginForm(AuthenticationForm):
    """Name and password. A mistake never says which of the two it was."""

    error_messages = {
        "invalid_login": _("账号或密码不对"),
        "inactive": _("账号或密码不对"),
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.label_suffix = ""
        self.fields["username"].label = _("账号")
        self.fields["password"].label = _("密码")
