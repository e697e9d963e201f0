"""What is written into the log names no telephone number: it is read by many, and printed."""

import re
import unicodedata

from django.utils.translation import gettext as _

from leads.screening.phones import DASHES, INVISIBLE
from trail.refusals import Refusal

MOBILE = re.compile(rf"(?<!\d)(?:(?:\+|00)?86)?[{DASHES}\s.·]*1[3-9](?:[{DASHES}\s.·]*\d){{9}}(?!\d)")


def written(text: str, field: str, *, least: int = 0, missing: str = "") -> str:
    """The text without blanks around it. Refused: too short (`missing` says what to write), a mobile number in it."""
    said = text.strip()
    if len(said) < least:
        raise Refusal(f"{field}_missing", missing, field=field)
    if MOBILE.search(unicodedata.normalize("NFKC", said.translate(INVISIBLE))):
        raise Refusal("phone_in_text", _("这里不写手机号，谁都看得到。改成后四位，再保存"), field=field)
    return said
