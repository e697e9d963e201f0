"""Every penalty clause as a worked example: from the case of the specification, or from what was established, to the sanction.

The first table: the policy decides the case of the specification, somebody signs, and the sanctions stand in the list with their
amount and range. The second: what the schedule of each policy proposes for an act (G-17, G-18, G-31).
"""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest
import yaml
from django.conf import settings

from arbitration.engine import decide, decode_case, load_pack
from arbitration.engine.reading import read_case
from arbitration.models import Ruling
from arbitration.services import Sanction as Ruled
from penalties import services
from penalties.models import Sanction
from penalties.schedule import Act, proposed, schedule, schedules
from penalties.services.proposing import of_accusation, offered
from people.roles import Role
from tests import make, procedure, sanctions
from tests.sanctions import decided, established
from trail.refusals import Refusal

NOW = make.MOMENT
# Worked test of the clause → (kind, amount, lowest, highest) of every sanction, in fen; none where the clause does not apply.
FINE = ("fine", 500_00, 500_00, 1_000_00)
RULINGS = {
    "D01-P.a-T1": [FINE],
    "D01-P.b-T2": [("fine", 1_000_00, 500_00, 1_000_00)],
    "D01-P.b2-T1": [("dismissal", None, None, None)],
    "D01-P.c4-T2": [("fine", 500_00, 500_00, 500_00)] * 2 + [("fine", 200_00, 200_00, 200_00)],  # the witness gets none
    "D01-P.c5-T1": [("fine", 500_00, 500_00, 500_00)] * 2 + [("fine", 200_00, 200_00, 200_00)] * 2,
    "D04-5.2a-T1": [("fine", 500_00, 1, 1_000_00)],
    "D04-5.2a-T2": [],
    "D04-5.2b-T1": [("dismissal", None, None, None)],
    "D04-5.2b-T2": [("fine", 500_00, 1, 1_000_00)],
    "D08-6.4-T1": [("warning", None, None, None)],
    "D11-M6d-T1": [("fine", 500_00, 1, 1_000_00)],
    "D11-M6d-T2": [],
    "D12-6.4b-T1": [("warning", None, None, None)],
    "D12-6.4b-T2": [],
    "D13-6.1-T1": [("criticism", None, None, None)],
    "D13-6.2-T2": [("warning", None, None, None)],  # no loss: no claim; the conduct itself stays
    "D14-3.3b-T1": [("warning", None, None, None)],
    "D14-3.3c-T1": [("dismissal", None, None, None)],
    "D14-3.3c-T2": [("warning", None, None, None)],
    "D17-1.h1-T1": [("written_warning", None, None, None)],
    "D17-1.h1-T2": [("fine", 50_00, 50_00, 1_000_00)],
    "D17-1.h2-T1": [("fine", 50_00, 50_00, 1_000_00)],
    "D17-1.h2-T3": [("written_warning", None, None, None)],
    "D17-1.h3-T2": [("written_warning", None, None, None)],
    "D17-2.6b-T1": [("written_warning", None, None, None)] * 2,
}


def rows_of(name):
    """What the policy of the case proposes, by the engine."""
    text = (settings.BASE_DIR / f"tests/spec/cases/{name}.yaml").read_text("utf-8")
    pack = yaml.safe_load(text)["policy"]
    return decide(decode_case(read_case(text)), load_pack(pack)).as_dict()["sanctions"]


def fen(amount):
    return int(amount.replace(".", "")) if amount else None


@pytest.mark.django_db
@pytest.mark.parametrize("name", RULINGS)
def test_the_clause_from_the_ruling_to_the_sanction(store, name):
    rows = rows_of(name)
    people = {
        who: make.person(f"p_{i}", who, Role.SALESPERSON, store.project).user
        for i, who in enumerate(sorted({r["to"] for r in rows}))
    }
    ruling = procedure.ruled(store, procedure.contested(store))
    given = [Ruled(people[r["to"]], r["kind"], r["clause"], r["clause"], fen(r.get("amount"))) for r in rows]
    services.propose_sanctions(ruling=ruling, sanctions=given, at=NOW)
    made = Sanction.objects.filter(act=ruling.no).order_by("pk")
    came_to = [(s.kind, s.amount_fen, s.minimum_fen, s.maximum_fen) for s in made]
    assert sorted(came_to, key=str) == sorted(RULINGS[name], key=str)
    assert {s.clause for s in made} <= {r["clause"] for r in rows}
    assert all(s.case == ruling.collision.no and s.steps.get().kind == "proposed" for s in made)


@dataclass(frozen=True)
class Worked:
    """Under a policy: what was found, how often before, and what is proposed: clause, kind, amount in fen, days."""

    policy: str
    act: Act
    before: int
    expected: tuple


WORKED = [
    Worked("walk-in-store", Act("poaching"), 0, ("D01-P.a", "fine", 500_00, None)),
    Worked("walk-in-store", Act("poaching"), 1, ("D01-P.a", "fine", 1_000_00, None)),
    Worked("walk-in-store", Act("poaching"), 5, ("D01-P.a", "fine", 1_000_00, None)),
    Worked("walk-in-store", Act("poaching", severity="serious"), 0, ("D01-P.b", "dismissal", None, None)),
    Worked("walk-in-store", Act("defamation", severity="minor"), 0, ("D01-P.b2", "dismissal", None, None)),
    Worked("walk-in-store", Act("personal_attack"), 0, ("D01-P.b2", "dismissal", None, None)),
    Worked("cooperative", Act("poaching"), 0, ("D04-5.2a", "fine", 500_00, None)),
    Worked("cooperative", Act("privacy_breach"), 1, ("D04-5.2a", "fine", 1_000_00, None)),
    Worked("cooperative", Act("poaching", severity="serious"), 0, ("D04-5.2b", "dismissal", None, None)),
    Worked("first-report", Act("poaching"), 0, ("D08-6.4", "warning", None, None)),
    Worked("first-report", Act("poaching"), 1, ("D08-6.4", "fine", 500_00, None)),
    Worked("first-report", Act("poaching"), 2, ("D08-6.4", "fine", 1_000_00, None)),
    Worked("first-report", Act("poaching", severity="serious"), 0, ("D08-6.4", "dismissal", None, None)),
    Worked("channel-project@1", Act("rebate"), 0, ("D11-M6d", "fine", 500_00, None)),
    Worked("channel-project@2", Act("rebate"), 1, ("D21-M6d", "fine", 1_000_00, None)),
    Worked("shared-platform", Act("poaching"), 0, ("D12-6.4b", "warning", None, None)),
    Worked("first-contact", Act("false_report", severity="minor"), 0, ("D13-6.1", "criticism", None, None)),
    Worked("first-contact", Act("false_report", severity="minor"), 1, ("D13-6.1", "rectify", None, 7)),
    Worked("first-contact", Act("poaching"), 0, ("D13-6.1", "warning", None, None)),
    Worked("first-contact", Act("poaching", severity="serious"), 0, ("D13-6.1", "dismissal", None, None)),
    Worked("collision-control", Act("poaching"), 0, ("D14-3.3b", "warning", None, None)),
    Worked("collision-control", Act("poaching", severity="serious"), 0, ("D14-3.3c", "dismissal", None, None)),
    Worked("sales-office", Act("poaching", stopped=True), 0, ("D17-1.h1", "written_warning", None, None)),
    Worked("sales-office", Act("poaching", stopped=False), 0, ("D17-1.h2", "fine", 50_00, None)),
    Worked("sales-office", Act("poaching", stopped=None), 1, ("D17-1.h2", "fine", 100_00, None)),
    Worked("sales-office", Act("poaching", stopped=True, customer_lost=True), 0, ("D17-1.h3", "suspension", None, 3)),
    Worked("sales-office", Act("quarrel", severity="minor"), 0, ("D17-2.6b", "written_warning", None, None)),
    Worked("sales-office", Act("quarrel"), 0, ("D17-2.6b", "fine", 50_00, None)),
    Worked("sales-office", Act("quarrel", severity="serious"), 0, ("D17-2.6b", "suspension", None, 3)),
    Worked("home-decoration", Act("poaching"), 0, ("", "warning", None, None)),
    Worked("home-decoration", Act("poaching"), 1, ("", "fine", 500_00, None)),
]  # fmt: skip


@pytest.mark.parametrize(
    "row", WORKED, ids=lambda row: f"{row.policy}-{row.expected[0]}-{row.act.severity}-{row.before}"
)
def test_the_schedule_proposes_the_heaviest_that_fits(row):
    (one,) = proposed(schedule(row.policy), row.act, row.before)
    assert (one.clause, one.kind, one.amount, one.days) == row.expected


def test_a_proven_loss_is_claimed_beside_the_sanction_up_to_the_loss():
    """D13-6.2: compensation, additional to D13-6.1; without a loss none (T2)."""
    found = proposed(schedule("first-contact"), Act("poaching", loss_fen=3_200_00), 0)
    assert [(one.clause, one.kind, one.amount, one.high) for one in found] == [
        ("D13-6.1", "warning", None, None), ("D13-6.2", "compensation", 3_200_00, 3_200_00),
    ]  # fmt: skip


def test_every_penalty_clause_of_the_specification_is_in_a_schedule():
    """All of type penalty that name a sanction; not those that only refer to losing a claim, or to incidents of D16."""
    clauses = {row.clause for rows in schedules().values() for row in rows}
    assert clauses - {""} == {
        "D01-P.a", "D01-P.b", "D01-P.b2", "D01-P.c4", "D01-P.c5", "D04-5.2a", "D04-5.2b", "D08-6.4", "D11-M6d", "D12-6.4b",
        "D13-6.1", "D13-6.2", "D14-3.3b", "D14-3.3c", "D17-1.h1", "D17-1.h2", "D17-1.h3", "D17-2.6b", "D21-M6d",
    }  # fmt: skip


@pytest.mark.django_db
def test_a_repeat_counts_only_what_was_decided_and_stands_within_twelve_months(store):
    """G-17: an act that was dropped or reversed, or was decided a year ago, is none before."""
    procedure.under(store, "walk-in-store")
    first = established(store, store.li, store.wang)
    plan = services.Plan(kind="fine", reason="抢单", amount_fen=500_00, clause="D01-P.a")
    row = services.propose_from_accusation(here=store.manager, accusation=first, plan=plan, at=NOW)
    decided(store, row)
    second = of_accusation(established(store, store.li, store.wang, when=make.at("2025-06-01 10:00")))
    amounts = [offered(second, make.at(day))[0].amount for day in ("2025-06-02 10:00", "2026-05-13 10:00")]
    assert amounts == [1_000_00, 500_00]
    services.reverse_sanction(here=store.manager, sanction=row, reason="弄错", at=make.at("2025-06-02 09:00"))
    assert offered(second, make.at("2025-06-02 10:00"))[0].amount == 500_00


@pytest.mark.django_db
def test_a_repeat_that_the_case_does_not_know_of_still_counts_in_a_ruling(store):
    """G-17: the ruling says ¥500.00 for the first act; somebody who was fined before gets the maximum proposed."""
    (row,) = sanctions.ruled(store, sanctions.against(store.wang, "fine", 500_00, "D01-P.a"))
    decided(store, row)
    ruling, later = Ruling.objects.get(), make.at("2025-06-01 10:00")
    again = SimpleNamespace(no="CD-2", collision=ruling.collision, policy=None, by=store.manager.user)
    again.collision.no = "ZD-2"
    services.propose_sanctions(
        ruling=again, sanctions=[sanctions.against(store.wang, "fine", 500_00, "D01-P.a")], at=later
    )
    assert Sanction.objects.get(act="CD-2").amount_fen == 1_000_00


@pytest.mark.django_db
def test_of_several_for_one_act_the_heaviest_stays_and_what_punishes_not_settling_beside_it(store):
    """G-31: a warning and a fine of the same ruling are one fine; D01-P.c4 is additional. G-43: a superior once for each case."""
    given = [
        sanctions.against(store.wang), sanctions.against(store.wang, "fine", 500_00, "D01-P.a"),
        sanctions.against(store.wang, "fine", 500_00, "D01-P.c4"), sanctions.against(store.zhao, "fine", 200_00, "D01-P.c5"),
        sanctions.against(store.zhao, "fine", 200_00, "D01-P.c5"),
    ]  # fmt: skip
    made = sanctions.ruled(store, *given)
    assert sorted((s.to.name, s.clause, s.amount_fen) for s in made) == [
        ("王芳", "D01-P.a", 500_00), ("王芳", "D01-P.c4", 500_00), ("赵磊", "D01-P.c5", 200_00),
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_plan_stays_within_its_clause(store):
    procedure.under(store, "sales-office")
    made = established(store, store.li, store.wang, customer_lost=True)
    given = {"here": store.manager, "accusation": made, "at": NOW}

    def code(**plan):
        with pytest.raises(Refusal) as refused:
            services.propose_from_accusation(plan=services.Plan(reason="抢单", **plan), **given)
        return refused.value.code

    assert code(kind="suspension", days=2, clause="D17-1.h3") == "too_few_days"  # D17-1.h3/T2: 2 days rejected
    assert code(kind="fine", amount_fen=50_00, clause="D17-1.h2") == "clause_wrong"
    assert code(kind="warning", amount_fen=50_00) == "amount_missing"
    assert code(kind="fine") == "amount_missing"
    assert code(kind="fine", amount_fen=50_00, nature="loss_compensation") == "nature_wrong"
    assert code(kind="warning", against_agency=True) == "no_agency"
    assert code(kind="compensation", amount_fen=1) == "amount_outside"  # no proven loss: nothing to claim (D13-6.2)
    row = services.propose_from_accusation(plan=services.Plan("suspension", "抢单", clause="D17-1.h3"), **given)
    assert (row.days, row.nature) == (3, "non_monetary")
    assert code(kind="warning") == "punished_already"
