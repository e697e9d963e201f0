"""Working without a policy for the time being: every collision waits for a person."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from arbitration import terms as rules_of_terms
from arbitration.policies import offers
from people.models import Project
from people.terms import Terms
from trail import services as trail
from trail.refusals import Refusal


@transaction.atomic
def go_without(*, project: Project, terms: Terms, by: object, at: datetime) -> None:
    """Lay down what registration and reception need, and no policy. Raises Refusal for terms that cannot be, and where one is in force."""
    rules_of_terms.judge(terms)
    locked = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if offers.lasting_rows(locked, at):
        raise Refusal("policy_in_force", _("已经有制度生效了。要停，到「设置 → 制度」里停"), status=409)
    locked.terms_data = terms.as_json()
    locked.save(update_fields=["terms_data"])
    trail.note(by=by, action="policy.none", subject=f"project:{locked.code}", at=at, project=locked.code)
