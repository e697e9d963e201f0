"""A case that somebody opens by hand (立案): about a customer whom two claim, or about a thing: a slot, an order, what was sold twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from arbitration.models import Collision, Statement, Subject
from arbitration.services.opening import announce, join, open_collision
from arbitration.services.recording import note
from leads.models import Customer
from people.models import Membership, User
from people.roles import SELLING, Right
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words

Matter = Collision.Matter
SOURCE = "by_hand"
# Which things a matter may be about.
OF_MATTER = {
    Matter.SLOT: (Subject.Kind.MEDIA_SLOT,),
    Matter.ORDER: (Subject.Kind.PRODUCTION_SLOT,),
    Matter.SALE: (Subject.Kind.PRODUCT, Subject.Kind.UNIT),
}


@dataclass(frozen=True, slots=True)
class Claimed:
    """Somebody's claim; for whom, where the case is about a thing."""

    user: User
    customer: Customer | None = None


def may_open(here: Workplace) -> bool:
    """Whether this person may open a case: whoever rules, and whoever keeps the evidence of the site."""
    return here.may(Right.EVIDENCE) or (here.may(Right.CASES) and here.may(Right.RULE))


@transaction.atomic
def add_subject(
    *, here: Workplace, kind: str, name: str, at: datetime, area: str = "", priority: int | None = None
) -> Subject:
    """Put a thing on the list of the project: what is sold or held once only, or made one after the other.

    Raises Refusal for no name, a kind that there is not, and one that stands on the list (409).
    """
    if not may_open(here):
        raise Refusal("not_yours_to_open", _("这不归你办"), status=404)
    if kind not in Subject.Kind.values:
        raise Refusal("subject_kind", _("选是哪一类东西"), field="kind")
    if not name.strip():
        raise Refusal("subject_name", _("写它叫什么，大家认得出"), field="name")
    row = Subject(
        project=here.project, kind=kind, name=name.strip()[:80], area=area.strip()[:40], priority=priority, added_at=at
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refusal("subject_known", _("已经有这一样了，从列表里选"), field="name", status=409) from None
    trail.note(
        by=here.user.pk, action="subject.add", subject=f"subject:{row.pk}", at=at, project=here.project.code, kind=kind
    )
    return row


@transaction.atomic
def open_by_hand(
    *, here: Workplace, matter: str, about: Customer | Subject | None, claimed: Sequence[Claimed], reason: str, at: datetime
) -> Collision:  # fmt: skip
    """Open a case, or let these people join the one that is open about the same customer or thing.

    About a customer at least two claim; about a thing one is enough, so that offers and applications are on record as they come
    (their order is that of the server). Raises Refusal.
    """
    if not may_open(here):
        raise Refusal("not_yours_to_open", _("这不归你办"), status=404)
    reason = need_words(reason, "reason_missing", _("写明理由，双方都看得到"), field="reason")
    _judge(here, claimed, at)
    of_customer = matter == Matter.CUSTOMER
    case = _about_customer(here, about, claimed, at) if of_customer else _about_thing(here, matter, about, claimed, at)
    Statement.objects.create(collision=case, by=here.user, text=reason[:2000], at=at)
    note(here, case, "collision.open_by_hand", at, matter=matter)
    return case


def _judge(here: Workplace, claimed: Sequence[Claimed], at: datetime) -> None:
    users = [one.user.pk for one in claimed]
    if not users or len(set(users)) < len(users):
        raise Refusal("claimed_twice", _("每位当事人写一次"), field="claimants")
    selling = Membership.objects.people(here.project, [*SELLING], at)
    if not set(users) <= set(selling):
        raise Refusal("not_selling", _("当事人要是这个项目里做销售的人"), field="claimants")


def _about_customer(
    here: Workplace, about: Customer | Subject | None, claimed: Sequence[Claimed], at: datetime
) -> Collision:
    if not isinstance(about, Customer):
        raise Refusal("about_customer", _("写是哪位客户"), field="customer")
    if len(claimed) < 2:
        raise Refusal("claimants_two", _("撞单至少有两位当事人"), field="claimants")
    case = open_collision(
        project=here.project, customer=about, trigger=Collision.Trigger.BY_HAND, source=SOURCE, deal=None,
        claimants=[(one.user, SOURCE, None) for one in claimed], at=at,
    )  # fmt: skip
    if case is None:
        raise Refusal(
            "settled_already", _("这几位的这件事已经裁过。有新情况，请总经理重新审理"), field="customer", status=409
        )
    return case


def _about_thing(
    here: Workplace, matter: str, about: Customer | Subject | None, claimed: Sequence[Claimed], at: datetime
) -> Collision:
    if matter not in OF_MATTER:
        raise Refusal("matter_unknown", _("选为了什么立案"), field="matter")
    kinds = OF_MATTER[Matter(matter)]
    if not isinstance(about, Subject) or about.project_id != here.project.pk or about.kind not in kinds:
        raise Refusal("about_thing", _("选是哪一样东西，要和立案的事由对得上"), field="subject")
    if any(one.customer is None for one in claimed):
        raise Refusal("for_whom", _("写每位当事人是替哪位客户争"), field="claimants")
    Subject.objects.select_for_update().get(pk=about.pk)  # two who open a case about one thing wait for each other
    open_ = Collision.objects.select_for_update().unruled().filter(project=here.project, matter=matter, subject=about)
    case = open_.first()
    if case is None:
        case = Collision.objects.create(
            no=trail.next_number("ZD", at, apart=True), project=here.project, matter=matter, subject=about, opened_at=at, changed_at=at,
            trigger=Collision.Trigger.BY_HAND, source=SOURCE,
        )  # fmt: skip
        announce(case, {one.user.pk for one in claimed}, at)
    customers = {one.user.pk: one.customer for one in claimed if one.customer}
    join(case, [(one.user, SOURCE, None) for one in claimed], at, customers)
    return case
