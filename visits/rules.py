"""How the desk of a site works (SiteRules): what a site has not set is as the model's defaults say."""

from people.models import Site
from visits.models import SiteRules


def rules_of(site: Site) -> SiteRules:
    """The rules of this site; unsaved defaults where nobody has set any."""
    return SiteRules.objects.filter(site=site).first() or SiteRules(site=site)
