"""What a policy asks of people once a collision is known: reported, investigated, talked over, told the result, in time or late."""

import pytest

from arbitration import casefile, services
from arbitration.cases.proposals import propose
from arbitration.engine import decide, decode_case, load_pack
from arbitration.models import CaseEvent, Collision, Statement
from leads.services import log_contact
from tests import make, procedure
from trail.models import Message
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db
# The case opens when 王芳 reports on Wednesday, 2 April 2025 at 10:00: from then on both know.
OPENED = "2025-04-02T10:00:00+08:00"


def under(store, pack):
    return procedure.contested(procedure.under(store, pack))


def report(here, case, store, when, to=None, text="客户先问了我"):
    return services.report_collision(here=here, case=case, to=to or store.manager.user, text=text, at=make.at(when))


def refusal(act, *args, **given):
    with pytest.raises(Refusal) as refused:
        act(*args, **given)
    return refused.value.code, refused.value.status


def bargained(store):
    """Both negotiate with the customer: to D14 that is what makes a collision."""
    case = under(store, "collision-control")
    for here, when in ((store.li, "2025-04-02 10:05"), (store.wang, "2025-04-02 10:06")):
        log_contact(here=here, customer=make.customer(), mode="negotiate", at=make.at(when), confirmed=True)
    return case


@pytest.mark.parametrize(
    ("pack", "clause", "in_time", "late"),
    [
        ("cooperative", "D04-4.4", "2025-04-03 10:00:00", "2025-04-03 10:00:01"),
        ("first-contact", "D13-5.1", "2025-04-03 10:00:00", "2025-04-03 10:00:01"),
        ("collision-control", "D14-3.1", "2025-04-02 10:30:00", "2025-04-02 10:30:01"),
    ],
)
def test_a_party_who_reports_in_time_has_done_their_duty(store, pack, clause, in_time, late):
    """D04-4.4/T1, D13-5.1/T2, D14-3.1/T1 and T2: exactly at the limit is in time."""
    case = under(store, pack)
    report(store.li, case, store, in_time)
    report(store.wang, case, store, late)
    found = procedure.duties(case, make.at("2025-04-07 10:00"))
    assert (found[clause, "李强"][0], found[clause, "王芳"][0]) == ("met", "breached")


def test_whoever_never_reports_is_late_one_second_after_the_limit(store):
    case = under(store, "cooperative")
    at_limit, after = (procedure.duties(case, make.at(f"2025-04-03 10:00:0{s}"))["D04-4.4", "李强"] for s in (0, 1))
    assert at_limit == ("open", "2025-04-03T10:00:00+08:00")
    assert after[0] == "breached"


def test_a_report_says_what_happened_and_asks_the_superior_to_investigate(store):
    case = under(store, "first-contact")
    report(store.li, case, store, "2025-04-02 12:00")
    assert Statement.objects.get().text == "客户先问了我"
    asked = Message.objects.to(store.manager.user.pk).waiting().filter(kind="collision.reported")
    assert asked.count() == 1
    services.open_investigation(here=store.manager, case=case, at=make.at("2025-04-02 12:10"))
    assert not asked.exists()


def test_a_report_goes_to_a_superior_once(store):
    case = under(store, "first-contact")
    assert refusal(report, store.li, case, store, "2025-04-02 12:00", to=store.zhao.user) == ("not_above", 422)
    assert refusal(report, store.li, case, store, "2025-04-02 12:00", text=" ") == ("report_empty", 422)
    report(store.li, case, store, "2025-04-02 12:00", to=store.general.user)
    assert refusal(report, store.li, case, store, "2025-04-02 13:00") == ("reported_already", 409)


def test_the_leader_of_ones_team_is_named_first(store):
    case = under(store, "first-contact")
    assert services.superiors(case, store.li.user, make.MOMENT) == [store.manager.user, store.general.user]


@pytest.mark.parametrize(
    ("opened", "state"), [("2025-04-02 12:30:00", "met"), ("2025-04-02 12:30:01", "breached"), (None, "breached")]
)
def test_who_receives_a_report_investigates_within_half_an_hour(store, opened, state):
    """D13-5.2/T1."""
    case = under(store, "first-contact")
    report(store.li, case, store, "2025-04-02 12:00:00")
    if opened:
        services.open_investigation(here=store.manager, case=case, at=make.at(opened))
    assert procedure.duties(case, make.at("2025-04-02 13:00"))["D13-5.2", "何静"][0] == state


def test_the_head_of_the_department_investigates_at_once(store):
    """D12-6.4a/T2: half an hour from when the collision was discovered."""
    case = under(store, "shared-platform")
    services.open_investigation(here=store.manager, case=case, at=make.at("2025-04-02 10:30:00"))
    found = procedure.duties(case, make.at("2025-04-02 11:00"))
    assert [state for (clause, _who), (state, _due) in found.items() if clause == "D12-6.4a"] == ["met"]


def test_an_investigation_is_opened_once_and_closed_with_what_was_found(store):
    case = under(store, "first-contact")
    start = {"here": store.manager, "case": case}
    assert refusal(
        services.close_investigation, here=store.manager, case=case, findings="没有人违规", at=make.MOMENT
    ) == ("not_investigating", 409)
    services.open_investigation(**start, at=make.at("2025-04-02 12:00"))
    assert refusal(services.open_investigation, **start, at=make.MOMENT) == ("investigating", 409)
    assert refusal(services.close_investigation, **start, findings="", at=make.MOMENT) == ("findings_empty", 422)
    services.close_investigation(**start, findings="没有人违规", at=make.at("2025-04-03 12:00"))
    payloads = CaseEvent.objects.filter(type="investigation").order_by("pk").values_list("payload", flat=True)
    assert list(payloads) == [{"opened": True}, {"closed": True}]


def test_who_may_not_rule_does_not_investigate_either(store):
    """G-47 names D12-6.4a and D14-3.2: 何静 leads one of the parties only."""
    tang = make.person("tang", "唐宇", "salesperson", store.project)
    procedure.under(store, "first-contact")
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(tang, make.at("2025-04-02 10:00"))
    case = Collision.objects.get()
    assert refusal(services.open_investigation, here=store.manager, case=case, at=make.MOMENT) == ("recused", 403)
    assert services.open_investigation(here=store.general, case=case, at=make.MOMENT)


def test_the_ruling_tells_the_parties_the_result_within_two_working_days_of_the_investigation(store):
    """D14-3.4/T1 and T2: closed on Thursday the 3rd, Friday is a holiday, so by the end of Tuesday the 8th."""
    case = bargained(store)
    report(store.li, case, store, "2025-04-02 10:10")
    services.open_investigation(here=store.manager, case=case, at=make.at("2025-04-02 11:00"))
    services.close_investigation(here=store.manager, case=case, findings="都谈过", at=make.at("2025-04-03 11:00"))
    asked = procedure.duties(case, make.at("2025-04-08 23:59"))
    assert asked["D14-3.4", "何静"] == ("open", "2025-04-09T00:00:00+08:00")
    assert procedure.duties(case, make.at("2025-04-09 00:00"))["D14-3.4", "何静"][0] == "breached"
    procedure.ruled(store, case, when=make.at("2025-04-08 10:00"))
    assert procedure.duties(case, make.at("2025-04-09 00:00"))["D14-3.4", "何静"][0] == "met"


def test_sanctions_of_an_investigation_are_not_proposed_before_it_is_closed(store):
    """D14-3.3b."""
    case = bargained(store)
    services.open_investigation(here=store.manager, case=case, at=make.at("2025-04-02 11:00"))
    assert "D14-3.3b" not in propose(case, make.at("2025-04-02 12:00")).ruling["fired"]


@pytest.mark.parametrize(("when", "state"), [("2025-04-03 10:00:00", "met"), ("2025-04-03 10:00:01", "breached")])
def test_a_party_speaks_with_the_other_side_within_a_day(store, when, state):
    """D08-5.4/T2."""
    case = under(store, "first-report")
    services.record_talk(here=store.li, case=case, at=make.at(when))
    assert procedure.duties(case, make.at("2025-04-07 10:00"))["D08-5.4", "李强"][0] == state


def test_writing_terms_is_speaking_with_the_other_side(store):
    case = under(store, "first-report")
    procedure.written(store, case, when=make.at("2025-04-03 09:00"))
    found = procedure.duties(case, make.at("2025-04-07 10:00"))
    assert (found["D08-5.4", "李强"][0], found["D08-5.4", "王芳"][0]) == ("met", "met")


# to the general manager


def test_what_goes_up_unsettled_is_the_companys_and_both_are_to_be_fined(store):
    """D01-P.c2 to c5: an escalation on record. What the desk's records settle (D01-3.7) is settled, so here they are left out."""
    case = under(store, "walk-in-store")
    procedure.passed_up(store.manager, case, make.at("2025-04-11 09:00"))
    file = casefile.build(Collision.objects.get(), "walk-in-store@1", make.at("2025-04-11 10:00"))
    calls = [
        {
            "id": f"call{by}",
            "type": "contact",
            "at": f"2025-04-0{day}T10:00:00+08:00",
            "by": by,
            "customer": "C1",
            "mode": "call",
        }
        for day, by in ((1, "P1"), (2, "P2"))
    ]
    told = [event for event in file.case["events"] if event["type"] in ("collision_known", "escalation")]
    ruling = decide(decode_case({**file.case, "events": [*calls, *told]}), load_pack("walk-in-store")).as_dict()
    assert {"D01-P.c2", "D01-P.c4", "D01-P.c5"} <= set(ruling["fired"])
    names = casefile.names(file.tokens)
    assert (ruling["owner"], {names[s["to"]]: s["amount"] for s in ruling["sanctions"]}) == (
        "company", {"李强": "500.00", "王芳": "500.00", "何静": "200.00"},
    )  # fmt: skip


def test_a_manager_who_only_stands_back_brings_that_upon_nobody(store):
    """G-47, decision 0015: passing up for a conflict of interest is no report of an unsettled matter."""
    tang = make.person("tang", "唐宇", "salesperson", store.project)
    procedure.under(store, "walk-in-store")
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(tang, make.at("2025-04-02 10:00"))
    case = Collision.objects.get()
    procedure.passed_up(store.manager, case, make.at("2025-04-03 09:00"))
    assert not CaseEvent.objects.filter(type="escalation").exists()
    assert Collision.objects.get().with_general_manager


def test_where_the_general_manager_is_a_party_there_is_nobody_above(store):
    """G-47: it waits for another general manager, and the sentence says so."""
    make.person("general", "陈光", "salesperson", store.project)
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.general, make.at("2025-04-02 10:00"))  # who now also sells
    case = Collision.objects.get()
    assert services.rulers(case, make.MOMENT) == []
    assert refusal(procedure.passed_up, store.manager, case) == ("nobody_above", 409)
    second = make.person("second", "方总", "general_manager", store.project)
    assert services.rulers(case, make.MOMENT) == [second.user]
    procedure.passed_up(store.manager, case)
    assert Message.objects.to(second.user.pk).filter(kind="collision.escalated").exists()


# reminded in time


def told(here, kind):
    return list(Message.objects.to(here.user.pk).filter(kind=kind).order_by("pk"))


def assess(when):
    Collision.objects.update(assessed=0)
    services.assess_changed(at=make.at(when))


def test_whoever_owes_a_report_has_it_to_do_from_the_start_and_once(store):
    case = under(store, "cooperative")
    for _round in range(2):
        assess("2025-04-02 10:01")
    (asked,) = told(store.li, "collision.duty")
    assert (asked.waits, asked.facts["clause"], asked.facts["due"]) == (True, "D04-4.4", "04-03 10:00")
    report(store.li, case, store, "2025-04-02 11:00")
    assert not told(store.li, "collision.duty")[0].waits
    assert told(store.wang, "collision.duty")[0].waits


def test_in_the_last_quarter_of_the_time_they_are_reminded_once(store):
    under(store, "cooperative")
    assess("2025-04-02 10:00")
    assert services.nearly_due(at=make.at("2025-04-03 03:59")) == 0
    assert services.nearly_due(at=make.at("2025-04-03 04:00")) == 2
    assert services.nearly_due(at=make.at("2025-04-03 04:01")) == 0
    assert services.nearly_due(at=make.at("2025-04-03 10:00")) == 0


def test_the_parties_hear_a_day_before_and_who_rules_when_the_time_to_settle_is_over(store):
    under(store, "walk-in-store")
    assess("2025-04-09 23:59")
    assert not told(store.li, "collision.talks_ending")
    assess("2025-04-10 00:00")
    assert [m.facts["due"] for m in told(store.li, "collision.talks_ending")] == ["04-11 00:00"]
    assess("2025-04-11 00:00")
    assess("2025-04-11 01:00")
    assert len(told(store.manager, "collision.talks_over")) == 1
    assert not told(store.li, "collision.talks_over")
