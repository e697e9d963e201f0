"""What becomes of cases when two records turn out to be one customer, are parted again, or a report was about somebody else."""

from datetime import datetime

from django.utils.translation import gettext as _

from arbitration.models import Claim, Collision, Ruling
from arbitration.services.opening import join, touch
from leads.models import Customer, Merge, Registration
from people.models import User
from trail import services as trail
from trail.refusals import Refusal


def join_cases(*, kept: Customer, merged: Customer, by: User, at: datetime) -> None:
    """Two cases about one customer are one: the parties of the merged record's join the other, and it does not stand any more.

    A case that moved along with its customer needs nothing.
    """
    for case in Collision.objects.select_for_update().unruled().filter(customer=merged):
        other = Collision.objects.select_for_update().unruled().get(project=case.project_id, customer=kept)
        claims = case.claims.select_related("user", "registration").order_by("joined_at", "pk")
        join(other, [(claim.user, claim.ground, claim.registration) for claim in claims], at)
        _lay_down(case, by, at)


def part_cases(*, kept: Customer, merged: Customer, merge: Merge, by: User, at: datetime) -> None:
    """Undo that: cases that the merge laid down stand again, the one that it opened does not.

    Raises Refusal where a ruling was signed since: it was about one customer.
    """
    if Ruling.objects.filter(collision__customer=kept, at__gt=merge.at).exists():
        raise Refusal("ruled_since", _("合并之后这位客户的撞单已经裁定，不能再撤销合并"), status=409)
    for case in Collision.objects.select_for_update().unruled().filter(customer=kept, source=f"HB-{merge.pk}"):
        _lay_down(case, by, at)
    for case in Collision.objects.select_for_update().filter(customer=merged, state=Collision.State.MOOT):
        if case.changed_at == merge.at:
            case.state = Collision.State.ESCALATED if case.with_general_manager else Collision.State.OPEN
            touch(case, by, at)


def drop_claim(*, report: Registration, was: Customer, by: User, at: datetime) -> None:
    """A report was about somebody else: a case in which only one claim is left without it does not stand any more."""
    cases = Collision.objects.select_for_update().unruled().filter(project=report.project_id, customer=was)
    case = cases.filter(claims__registration=report).first()
    if case and Claim.objects.filter(collision=case).exclude(registration=report).count() < 2:
        _lay_down(case, by, at)


def _lay_down(case: Collision, by: User, at: datetime) -> None:
    """Nobody has to rule on it any more."""
    case.state, case.evidence_due = Collision.State.MOOT, None
    touch(case, by, at)
    trail.done(link=f"/cases/{case.no}", at=at)
    trail.note(by=by.pk, action="collision.lay_down", subject=f"collision:{case.no}", at=at, project=case.project.code)
