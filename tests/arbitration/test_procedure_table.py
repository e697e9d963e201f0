"""Who may do what in which state of a case: every act of the procedure × state × role, out of procedure.yaml.

In the table stands what each may do, or the code of the refusal; whoever is not named is a stranger to the act and gets 404.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import transaction

from arbitration import services
from arbitration.models import Appeal, Collision, Ruling, Settlement
from arbitration.services import Decision
from people.models import Membership, Team
from tests import make, procedure
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db
TABLE = yaml.safe_load((Path(__file__).parent / "procedure.yaml").read_text())
ROLES = ("party", "other", "manager", "recused", "general", "desk", "finance", "administrator", "stranger", "agent")
NOW = make.at("2025-04-28 16:00")


def cast(store):
    """何静 leads both parties; 李强 is in the team of a second manager, too, who therefore may not rule."""
    second = make.person("second", "马洪", "manager", store.project)
    team = Team.objects.create(name="市场二部", organisation=make.house(), leader=second.user)
    Membership.objects.create(
        user=store.li.user, project=store.project, role="designer", team=team, organisation=make.house(), since=make.LONG_AGO
    )  # fmt: skip
    agent = make.person("agent", "高翔", "agent", store.project, organisation=make.agency("安居公司"))
    return {
        "party": store.li, "other": store.wang, "manager": store.manager, "recused": second, "general": store.general,
        "desk": store.desk, "finance": store.finance, "administrator": store.admin, "stranger": store.zhao, "agent": agent,
    }  # fmt: skip


# the states: what has been done before


def opened(store):
    return procedure.contested(store)


def terms(store):
    case = opened(store)
    procedure.written(store, case)
    return case


def settled(store):
    case = terms(store)
    services.answer_terms(here=store.wang, settlement=Settlement.objects.get(), agrees=True, at=make.MOMENT)
    return case


def failed(store):
    case = opened(store)
    services.declare_failed(here=store.li, case=case, at=make.MOMENT)
    return case


def investigated(store):
    case = opened(store)
    services.report_collision(here=store.li, case=case, to=store.manager.user, text="客户先问了我", at=make.MOMENT)
    services.open_investigation(here=store.manager, case=case, at=make.MOMENT)
    return case


def escalated(store):
    case = opened(store)
    procedure.passed_up(store.manager, case)
    return case


def ruled(store):
    case = opened(store)
    procedure.ruled(store, case)
    return case


def ruled_long_ago(store):
    case = opened(store)
    procedure.ruled(store, case, when=make.at("2025-04-20 16:00"))
    return case


def appealed(store):
    case = ruled(store)
    services.open_appeal(here=store.li, ruling=Ruling.objects.get(), reason="我先报备", at=make.MOMENT)
    return case


def heard_anew(store):
    case = appealed(store)
    services.decide_appeal(
        here=store.general, appeal=Appeal.objects.get(), accepts=True, reason="再看看", at=make.MOMENT
    )
    return case


STATES: dict[str, Callable[[Any], Collision]] = {
    made.__name__: made
    for made in (opened, terms, settled, failed, investigated, escalated, ruled, ruled_long_ago, appealed, heard_anew)
}


# the acts: what somebody tries


def _decision(kind, **given):
    def act(store, here, case):
        return services.decide_case(
            here=here, case=case, seen_version=case.version, seen_proposal="", at=NOW,
            decision=Decision(kind=kind, reason="记录清楚", unheard=True, **given),
        )  # fmt: skip

    return act


def _of_terms(act, **given):
    def do(store, here, case):
        settlement = Settlement.objects.order_by("-pk").first()
        return act(here=here, settlement=settlement, at=NOW, **given)

    return do


def _of_appeal(act, **given):
    return lambda store, here, case: act(here=here, appeal=Appeal.objects.get(), at=NOW, **given)


def _of_case(act, **given):
    return lambda store, here, case: act(here=here, case=case, at=NOW, **given)


ACTS: dict[str, Callable[..., Any]] = {
    "write terms": lambda store, here, case: procedure.written(store, case, by=here, when=NOW),
    "confirm": _of_terms(services.answer_terms, agrees=True),
    "reject": _of_terms(services.answer_terms, agrees=False, why="不合适"),
    "withdraw terms": _of_terms(services.withdraw_terms),
    "say they talk": _of_case(services.record_talk),
    "declare failed": _of_case(services.declare_failed),
    "report upward": lambda store, here, case: services.report_collision(
        here=here, case=case, to=store.general.user, text="客户先问了我", at=NOW
    ),
    "investigate": _of_case(services.open_investigation),
    "conclude": _of_case(services.close_investigation, findings="没有人违规"),
    "rule": _decision(Ruling.Kind.OTHERWISE, owner_kind="unchanged"),
    "pass up": _decision(services.ESCALATE),
    "appeal": lambda store, here, case: services.open_appeal(
        here=here, ruling=Ruling.objects.get(), reason="不服", at=NOW
    ),
    "decide appeal": _of_appeal(services.decide_appeal, accepts=False, reason="看过记录"),
    "withdraw appeal": _of_appeal(services.withdraw_appeal),
    "reopen": _of_case(services.reopen, reason="另有新情况"),
}
# What there has to be before an act is about anything.
NEEDS = {
    "confirm": Settlement, "reject": Settlement, "withdraw terms": Settlement, "appeal": Ruling, "decide appeal": Appeal,
    "withdraw appeal": Appeal,
}  # fmt: skip


def tried(store, here, case, act):
    """What comes of an attempt: `ok`, or the code of the refusal, 404 for whatever answers that. Nothing of it stays."""
    try:
        with transaction.atomic():
            act(store, here, Collision.objects.get(pk=case.pk))
            transaction.set_rollback(True)
            return "ok"
    except Refusal as refusal:
        return "404" if refusal.status == 404 else refusal.code


@cache
def expected(act: str, state: str) -> dict[str, str]:
    """Role → what comes of it, of the table; 404 for whoever is not named."""
    rows = TABLE[act].get(state, {})
    return {role: rows.get(role, "404") for role in ROLES}


@pytest.mark.parametrize("state", STATES)
def test_in_each_state_everybody_may_do_what_the_table_says_and_no_more(store, state):
    people, case = cast(store), STATES[state](store)
    for act, do in ACTS.items():
        if act in NEEDS and not NEEDS[act].objects.exists():
            assert state not in TABLE[act], f"{act} in {state} is about nothing"
            continue
        came_to = {role: tried(store, people[role], case, do) for role in ROLES}
        assert came_to == expected(act, state), f"{act} in {state}"
