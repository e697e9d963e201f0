"""Somebody leaves while cases are open: what they are party to is finished without them; who rules must not be missing."""

from datetime import datetime

from django.utils.translation import ngettext

from arbitration.models import Collision
from people.models import Membership, Project, User
from people.roles import RULING
from trail.refusals import Refusal


def open_cases(*, project: Project, user: User, at: datetime) -> int:
    """How many cases that wait for a ruling this person is party to. They go on, and the claims stay (G-10)."""
    return Collision.objects.unruled().of_parties(user).filter(project=project).distinct().count()


def keep_a_ruler(*, project: Project, user: User, at: datetime) -> None:
    """Refuse to let go the last one who can rule while cases wait for a ruling."""
    rulers = Membership.objects.at(at).filter(project=project, role__in=RULING, user__is_active=True)
    if not rulers.filter(user=user).exists() or rulers.exclude(user=user).exists():
        return
    waiting = Collision.objects.unruled().filter(project=project).count()
    if waiting:
        said = ngettext(
            "还有 %(n)s 件撞单等%(name)s裁定，没有别人能裁：先裁完，或先加一位主管",
            "还有 %(n)s 件撞单等%(name)s裁定，没有别人能裁：先裁完，或先加一位主管", waiting,
        )  # fmt: skip
        raise Refusal("cases_unruled", said % {"n": waiting, "name": user}, field="user", status=409)
