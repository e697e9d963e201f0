"""SMS: the few messages that cannot wait for somebody to look (a visitor whom nobody receives), to the work telephone of who is called."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from people.channels import Letter
from people.channels.smpp import send
from people.models import SmsGateway, User

_lookup: list[Callable[[User], str]] = []


def set_lookup(number_of: Callable[[User], str]) -> None:
    """Who knows the work telephones (+8613912343333, or nothing): what knows them lies right of people. Named in config/wiring.py."""
    _lookup[:] = [number_of]


def number_of(user: User) -> str:
    """The work telephone of somebody; empty when there is none."""
    return _lookup[0](user) if _lookup else ""


def gateway() -> SmsGateway | None:
    """The gateway that somebody entered in the settings; None until then, and nothing goes by SMS."""
    return SmsGateway.objects.first()


class Sms:
    """The second channel. What it says was agreed with the carrier word for word: only the name changes, masked."""

    name, wished = "sms", False
    lasts: timedelta | None = timedelta(minutes=10)

    def missing(self, user: User) -> str:
        """No gateway to send through, or no work telephone to send to."""
        if gateway() is None:
            return "no_gateway"
        return "" if number_of(user) else "no_phone"

    def send(self, user: User, letters: list[Letter]) -> None:
        """Each visitor once."""
        row, to = gateway(), number_of(user)
        if row is None or not to:  # taken away since it was asked for
            return
        for name in dict.fromkeys(str(letter.facts.get("name", "")) for letter in letters):
            send(row, to=to, text=waiting_text(row, name))


def waiting_text(row: SmsGateway, name: str) -> str:
    """What somebody reads whose visitor waits."""
    with translation.override(
        settings.LANGUAGE_CODE
    ):  # the template that the carrier knows, whatever its reader speaks
        text = _("客户%(name)s已到访，前台等您接待，没应答将转值班。详情登录系统查看。") % {"name": name}
    return f"【{row.signature}】{text}"
