"""Who came together (同行): one record for each, one party (G-33), one turn of the rotation for all of them."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from people.models import Site
from trail.refusals import Refusal
from visits.models import Reception, Visit
from visits.routing import Routing

Why = Reception.Why
ANYBODY = {Why.ON_DUTY, Why.ROTATION, Why.NOBODY}  # nobody in particular: then whoever has the party already


@dataclass(frozen=True, slots=True)
class Party:
    """A party at the desk: its number, its first visit, and who receives it now."""

    no: str
    first: Visit
    reception: Reception | None


def party_of(site: Site, no: str, at: datetime) -> Party | None:
    """The party of a visit of today, None for no number. Raises Refusal for one that did not come here today (two batches)."""
    if not no:
        return None
    here = Visit.objects.filter(site=site, no=no.strip())
    found = here.select_related("invited_by", "asked_for", "brought_by").first()
    zone = site.project.zone
    if found is None or localtime(found.arrived_at, zone).date() != localtime(at, zone).date():
        raise Refusal("party_unknown", _("今天没有这批客人：核对到访编号，或单独登记"))
    same = {"visit__site": site, "visit__party": found.party, "until__isnull": True}
    reception = Reception.objects.filter(**same).select_related("by").order_by("since", "pk").first()
    return Party(found.party, found, reception)


def routed(routing: Routing, party: Party | None) -> Routing:
    """Who receives one more of a party: their own salesperson, else whoever has the others, which takes no further turn."""
    if party is None or party.reception is None or routing.why not in ANYBODY:
        return routing
    return replace(routing, receiver=party.reception.by, why=Why.PARTY, dealt=False, among=(), stands_in_for=None)
