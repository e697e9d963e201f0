"""Cases that still need a customer who is to be frozen or erased."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from arbitration import appeals
from arbitration.models import Collision, Ruling
from leads.models import Relation

LATELY = 60  # days: no policy leaves the parties longer to appeal


def needs_customer(*, ids: list[Any], at: datetime, erasing: bool) -> Iterator[tuple[str, Any]]:
    """Why a case stands against it: it waits for a ruling, about them or their kin, or the ruling may still be appealed."""
    kin = Relation.objects.of_people().filter(Q(customer__in=ids) | Q(other__in=ids)).values_list("customer", "other")
    about = {*ids, *(pk for pair in kin for pk in pair if pk)}
    if Collision.objects.unruled().filter(Q(customer__in=about) | Q(claims__customer__in=ids)).exists():
        yield "open_case", _("有撞单没裁定，要靠这位客户的资料来判：先裁定")
    rulings = Ruling.objects.filter(Q(collision__customer__in=ids) | Q(collision__claims__customer__in=ids))
    in_force = rulings.filter(superseded_by=None).select_related("collision__project").distinct()
    if appeals.pending().filter(ruling__in=rulings.values("pk")).exists() or any(
        at < appeals.until(ruling, appeals.days_of(ruling.collision))
        for ruling in in_force.order_by("-at")
        if (at - ruling.at).days < LATELY
    ):
        yield "appeal_open", _("裁定还在申诉期，或者申诉没处理完：等过了再办")
