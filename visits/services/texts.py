"""What the desk says and prints at a site."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from people.models import Site
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal
from visits.models import SiteTexts
from visits.services.roster import lock_site
from visits.wording import ALLOWED, DEFAULTS, NOTE_LINES, unknown


def checked(site: Site, texts: Mapping[str, str]) -> SiteTexts:
    """These texts for this site, not saved. Raises Refusal for a word in braces that there is not, and a note too long for A5."""
    for field in DEFAULTS:
        if strange := unknown(field, texts[field]):
            known = _("、").join(f"{{{word}}}" for word in ALLOWED[field])
            raise Refusal(
                "word_unknown",
                _("没有 {%(word)s}。这里能用 %(known)s") % {"word": strange[0], "known": known},
                field=field,
            )
    if len(texts["slip_note"].splitlines()) > NOTE_LINES:
        raise Refusal(
            "note_too_long", _("单据说明最多 %(most)d 行，多了一页 A5 放不下") % {"most": NOTE_LINES}, field="slip_note"
        )
    return SiteTexts(site=site, **{field: texts[field].strip() for field in DEFAULTS})


@transaction.atomic
def save_texts(*, here: Workplace, site: Site, texts: Mapping[str, str], at: datetime) -> SiteTexts:
    """The site says and prints these from now on; an empty one gives way to the program's wording. Raises what `checked` does."""
    site = lock_site(site)
    wanted = checked(site, texts)
    kept = SiteTexts.objects.filter(site=site).first() or SiteTexts(site=site)
    for field in DEFAULTS:
        setattr(kept, field, getattr(wanted, field))
    kept.save()
    trail.note(by=here.user.pk, action="texts.change", subject=f"site:{site.pk}", at=at, project=here.project.code)
    return kept
