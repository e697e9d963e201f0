"""What the desk says and prints: the program's wording (D01-2.s1 … s4, D01-1.f), a site's own in its place, words filled in.

A text may contain the words in braces that its field allows, and no others. They are put in one by one: nothing of the text
is ever run as a format.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.models import Organisation, Site
from visits.models import SiteTexts

DEFAULTS: dict[str, Any] = {
    "greeting": _("进店您好！叔叔/阿姨，您找哪位？您先坐，稍等下，马上给您联系业务员。"),
    "farewell": _("叔叔/阿姨您慢走，欢迎下次再来，这是公司为到访客户咨询准备的精美礼品，您收下。"),
    "slip_heading": _("客户到访确认单"),
    "slip_note": _("您的信息仅用于确认到访与后续联系，可要求更正或删除。第一联客户，第二联留存。"),
}
# The desk speaks before it knows a name, and the heading is the same on every slip.
ALLOWED: dict[str, tuple[str, ...]] = {
    "greeting": ("site", "company"), "farewell": ("site", "company"), "slip_heading": ("site", "company"),
    "slip_note": ("site", "company", "name"),
}  # fmt: skip
WORDS: dict[str, Any] = {"site": _("案场名"), "company": _("公司名"), "name": _("客户的姓名")}
NOTE_LINES = 4  # what fits on the A5 page of the slip
BRACED = re.compile(r"\{([^{}\n]*)\}")


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a site, filled in."""

    greeting: str
    farewell: str
    slip_heading: str
    slip_note: str


def texts_of(site: Site, *, name: str = "", own: SiteTexts | None = None) -> Texts:
    """What is said and printed at a site; `name` is the visitor's, on a slip. `own`: texts not saved yet, for a preview."""
    own = own or SiteTexts.objects.filter(site=site).first() or SiteTexts()
    texts = {field: getattr(own, field) or str(DEFAULTS[field]) for field in DEFAULTS}
    named = any("{company}" in text for text in texts.values())
    words = {"site": site.name, "company": _company() if named else "", "name": name}
    return Texts(**{field: filled(text, words) for field, text in texts.items()})


def filled(text: str, words: Mapping[str, str]) -> str:
    """The text with each known word in braces replaced, once: what is put in is not read again."""
    return BRACED.sub(lambda found: words.get(found[1], found[0]), text)


def unknown(field: str, text: str) -> list[str]:
    """The words in braces that this field does not have."""
    return [found for found in BRACED.findall(text) if found not in ALLOWED[field]]


def hint(field: str) -> str:
    """What a field says of itself: the wording that counts while it is empty, and its words."""
    words = gettext("、").join(f"{{{word}}} {WORDS[word]}" for word in ALLOWED[field])
    return gettext("空着就用「%(default)s」；可以写 %(words)s") % {"default": DEFAULTS[field], "words": words}


def _company() -> str:
    house = Organisation.objects.filter(kind=Organisation.Kind.OWN).first()
    return house.name if house else ""
