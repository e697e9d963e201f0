"""What a policy asks of people once a collision is known, apart from ruling on it: report it upward, investigate it.

By when, the policy says (D04-4.4, D12-6.4a, D13-5, D14-3); what is recorded here counts from when it is received. That the parties
are told the result (D14-3.4) comes with the ruling.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from arbitration.models import CaseEvent, Collision, Statement
from arbitration.services.gates import recused
from arbitration.services.opening import lock
from arbitration.services.recording import put_on_record, tell_parties
from people.models import Membership, Team, User
from people.roles import RULING, Right
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words

Type = CaseEvent.Type
REPORTED = "collision.reported"
OWED, INVESTIGATED = "collision.duty", "collision.investigated"


def superiors(case: Collision, user: User, at: datetime) -> list[User]:
    """To whom somebody may report a collision: the leader of their team first, then whoever manages."""
    lead = Team.objects.filter(memberships__user=user, memberships__project=case.project, leader__isnull=False)
    leaders = list(lead.order_by("pk").values_list("leader", flat=True))
    managing = [pk for role in RULING for pk in Membership.objects.people(case.project, [role], at)]
    ids = [pk for pk in dict.fromkeys([*leaders, *managing]) if pk != user.pk]
    users = User.objects.in_bulk(ids)
    return [users[pk] for pk in ids]


def under_way(case: Collision) -> CaseEvent | None:
    """The investigation that was opened and is not closed."""
    rows = [row for row in case.events.all() if row.type == Type.INVESTIGATION]
    last = max(rows, key=lambda row: (row.at, row.pk), default=None)
    return last if last and last.payload.get("opened") else None


def may_report(here: Workplace, case: Collision) -> None:
    """Raises Refusal where this person has nothing to report in this case, or not any more."""
    if case.project_id != here.project.pk or here.user.pk not in {claim.user_id for claim in case.claims.all()}:
        raise Refusal("not_a_party", _("你不是这件撞单的当事人"), status=404)
    _not_ruled(case)
    if any(row.type == Type.REPORTED and row.by_id == here.user.pk for row in case.events.all()):
        raise Refusal(
            "reported_already", _("你已经上报过了，以第一次的时间为准（D04-4.4、D13-5.1、D14-3.1）"), status=409
        )


def may_investigate(here: Workplace, case: Collision) -> None:
    """Raises Refusal where this person may not begin an investigation: G-47, or somebody investigates already."""
    _may_look_into(here, case)
    if (open_ := under_way(case)) is not None:
        raise Refusal(
            "investigating", _("%(who)s已经在调查（D12-6.4a、D13-5.2、D14-3.2）") % {"who": open_.by.name}, status=409
        )


def may_conclude(here: Workplace, case: Collision) -> None:
    """Raises Refusal where this person may not end an investigation, or there is none."""
    _may_look_into(here, case)
    if under_way(case) is None:
        raise Refusal("not_investigating", _("还没有开始调查，先开始（D12-6.4a、D13-5.2、D14-3.2）"), status=409)


def _may_look_into(here: Workplace, case: Collision) -> None:
    if not here.may(Right.RULE) or case.project_id != here.project.pk:
        raise Refusal("not_yours_to_rule", _("这件案子不归你调查"), status=404)
    if why := recused(here, case):
        raise Refusal("recused", why, status=403)
    _not_ruled(case)


def _not_ruled(case: Collision) -> None:
    if case.closed:
        raise Refusal("case_ruled", _("这件案子已经结了，不能再补充"), status=409)


@transaction.atomic
def report_collision(*, here: Workplace, case: Collision, to: User, text: str, at: datetime) -> CaseEvent:
    """我已上报: a party reports the collision to a superior, with what happened (D04-4.4, D13-5.1, D14-3.1). Once a party.

    What happened becomes their statement. Raises Refusal: not a party, twice, not to a superior, nothing said.
    """
    locked = lock(case)
    may_report(here, locked)
    if to not in superiors(locked, here.user, at):
        raise Refusal("not_above", _("选你的上级或主管"), field="to")
    text = need_words(text, "report_empty", _("写清楚是怎么撞的"), field="text")
    Statement.objects.create(collision=locked, by=here.user, text=text[:2000], at=at)
    trail.done(to=here.user.pk, kind=OWED, link=f"/cases/{locked.no}", at=at)
    trail.tell(
        to=to.pk, kind=REPORTED, project=locked.project.code, link=f"/cases/{locked.no}", at=at, to_do=True,
        sentence=gettext_noop("【撞单】%(no)s 向你上报了，去调查"), no=locked.no,
    )  # fmt: skip
    return put_on_record(
        here=here, case=locked, type_=Type.REPORTED, payload={"to": to.pk}, action="collision.report", at=at
    )


@transaction.atomic
def open_investigation(*, here: Workplace, case: Collision, at: datetime) -> CaseEvent:
    """开始调查: who rules opens the investigation (D12-6.4a, D13-5.2, D14-3.2)."""
    locked = lock(case)
    may_investigate(here, locked)
    for kind, whose in ((OWED, here.user.pk), (REPORTED, None)):
        trail.done(to=whose, kind=kind, link=f"/cases/{locked.no}", at=at)
    tell_parties(locked, INVESTIGATED, gettext_noop("【撞单】%(no)s 开始调查"), at)
    return put_on_record(
        here=here,
        case=locked,
        type_=Type.INVESTIGATION,
        payload={"opened": True},
        action="collision.investigate",
        at=at,
    )


@transaction.atomic
def close_investigation(*, here: Workplace, case: Collision, findings: str, at: datetime) -> CaseEvent:
    """调查结束: what was found, in words that every party reads. Sanctions of D12-6.4b and D14-3.3 are not before this."""
    locked = lock(case)
    may_conclude(here, locked)
    findings = need_words(findings, "findings_empty", _("写明查到了什么，各方都看得到"), field="findings")
    Statement.objects.create(collision=locked, by=here.user, text=findings[:2000], at=at)
    tell_parties(locked, INVESTIGATED, gettext_noop("【撞单】%(no)s 调查结束，看结果"), at)
    return put_on_record(
        here=here,
        case=locked,
        type_=Type.INVESTIGATION,
        payload={"closed": True},
        action="collision.investigated",
        at=at,
    )
