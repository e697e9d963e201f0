"""How the desk of a site works: changed by whoever changes settings, on record."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from people.models import Site
from people.workplace import Workplace
from trail import services as trail
from visits.models import SiteRules
from visits.services.roster import lock_site

RULES = ("answer_seconds", "ask_left_minutes", "sweep", "slip_size", "signing")


@transaction.atomic
def change_rules(*, here: Workplace, site: Site, given: Mapping[str, Any], at: datetime) -> SiteRules:
    """The site's desk works so from now on; seconds and minutes 0 switch a call or a question off. Raises Refusal for a closed site."""
    site = lock_site(site)
    rules = SiteRules.objects.filter(site=site).first() or SiteRules(site=site)
    changed = sorted(name for name in RULES if getattr(rules, name) != given[name])
    for name in changed:
        setattr(rules, name, given[name])
    if changed or rules.pk is None:
        rules.save()
        trail.note(
            by=here.user.pk, action="desk_rules.change", subject=f"site:{site.pk}", at=at, project=here.project.code,
            **{name: given[name] for name in changed},
        )  # fmt: skip
    return rules
