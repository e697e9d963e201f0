"""What somebody typed of a mail server or an SMS gateway, as it is stored; the forms and the API read it alike.

Each raises ValidationError with a sentence, which a form and a serializer put at their field beside the other mistakes.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from people.channels.smpp import ONE, units
from people.channels.sms import waiting_text
from people.models import SmsGateway

HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+")


def host(text: str, example: str) -> str:
    """A name or an address, without a scheme or a port."""
    bare = text.strip("[]")
    if not HOST.fullmatch(bare):
        raise ValidationError(_("只写服务器的地址，例：%(example)s") % {"example": example})
    return bare


def sender(text: str) -> str:
    """Digits of an access number, or Latin letters."""
    if text and not (text.isascii() and text.isalnum()):
        raise ValidationError(_("只用数字或字母"))
    return text


def signature(text: str) -> str:
    """Short enough for one message."""
    given = text.strip("【】 ")
    if not given or units(waiting_text(SmsGateway(signature=given), "欧阳**")) > ONE:
        raise ValidationError(_("签名太长，一条短信放不下"))
    return given
