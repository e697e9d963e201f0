"""Which version of the rules a sanction rests on: that of the ruling, else what is in force in the project."""

from datetime import datetime

from arbitration.models import PolicyInForce
from penalties.schedule import schedules
from people.models import Project


def policy_at(project: Project, at: datetime) -> str:
    """The version in force, `pack@version`; of several the one whose schedule of sanctions counts. Empty where there is none."""
    held = PolicyInForce.objects.at(at).filter(project=project).select_related("policy").order_by("since", "pk")
    names = list(dict.fromkeys(str(row.policy) for row in held))
    known = schedules()
    return next((name for name in names if name in known or name.partition("@")[0] in known), next(iter(names), ""))
