"""试算: a draft over past cases, beside what is in force; one parameter through several values."""

import json

import pytest
from django.test import Client

from arbitration import background
from arbitration.cases.proposals import propose
from arbitration.models import Collision, PolicyDraft, PolicyInForce, Ruling, Simulation
from arbitration.policies import simulated, simulating
from arbitration.services import Decision, decide_case
from arbitration.services.simulating import simulate_draft
from tests import make
from tests.arbitration.test_collisions import signed
from tests.programs import program
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db
NOW = make.at("2025-05-10 09:00")
BEGIN, END = make.at("2025-04-01 00:00"), make.at("2025-06-01 00:00")


@pytest.fixture
def case(store):
    """李强 reported first, 王芳 next, the customer came asking for 王芳, and signed with her."""
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    make.arrived(store, make.at("2025-04-10 10:00"), asked_for=store.wang.user)
    signed(store, store.wang, when=make.at("2025-04-12 10:00"))
    return Collision.objects.get()


def ruled(store, case, **otherwise):
    """The manager agrees with the proposal, or rules otherwise."""
    decision = Decision(kind="otherwise" if otherwise else "agreed", reason="记录清楚", **otherwise)
    return decide_case(
        here=store.manager, case=case, seen_version=case.version, seen_proposal=propose(case, make.MOMENT).fingerprint,
        decision=decision, at=make.MOMENT,
    )  # fmt: skip


def to_wang(store):
    return {"owner_kind": Ruling.Owner.PERSON, "owner": store.wang.user, "shares": [(store.wang.user, 10_000)]}


def draft_of(store, change=None):
    """A draft begun from what is in force, with `change` made to its content."""
    base = PolicyInForce.objects.get(project=store.project, until=None).policy
    content = json.loads(bytes(base.canonical))
    if change:
        change(content)
    who = store.manager.user
    return PolicyDraft.objects.create(
        project=store.project, base=base, content=content, by=who, begun_at=NOW, changed_by=who, changed_at=NOW
    )


def begun(store, draft, parameter=""):
    return simulate_draft(here=store.manager, draft=draft, begin=BEGIN, end=END, parameter=parameter, at=NOW)


def worked(store, draft, parameter=""):
    """The simulation of a draft over April and May, worked out."""
    run = begun(store, draft, parameter)
    background.simulate.func(run.pk)
    run.refresh_from_db()
    return run


def half_to_each(content):
    """D09-5a gives the customer to the first report alone; here it follows them, and both share."""
    for stage in content["stages"]:
        for rule in stage["rules"]:
            if rule["id"] == "D09-5a":
                rule["then"] = {"owner": "first_reporter", "split": {"first_reporter": 5_000, "asked_for": "remainder"}}


def without_the_first_report(content):
    for stage in content["stages"]:
        stage["rules"] = [rule for rule in stage["rules"] if rule["id"] != "D09-5a"]
        for rule in stage["rules"]:
            if "D09-5a" in rule.get("exception_to", ()):
                rule["exception_to"].remove("D09-5a")


def test_a_draft_that_says_the_same_changes_no_case(store, case):
    ruled(store, case)
    run = worked(store, draft_of(store))
    assert run.state == Simulation.State.DONE
    assert (run.result["cases"], run.result["changed"], run.result["money"]) == (1, [], {})
    assert run.done == run.total == 1


def test_a_case_that_would_come_out_otherwise_is_named_with_the_rules_and_the_money(store, case):
    ruled(store, case)
    run = worked(store, draft_of(store, half_to_each))
    (row,) = run.result["changed"]
    li, wang = (f"person:{here.user.pk}" for here in (store.li, store.wang))
    assert row["case"] == case.no
    assert row["before"]["shares"] == {li: 10_000}
    assert row["after"]["shares"] == {li: 5_000, wang: 5_000}
    assert row["money"][li] < 0 < row["money"][wang]
    assert sum(run.result["money"].values()) == 0


def test_a_case_that_nobody_could_decide_any_more_is_told_and_its_money_is_nobodys_yet(store, case):
    ruled(store, case)
    run = worked(store, draft_of(store, without_the_first_report))
    assert run.result["undecided"] == [case.no]
    assert run.result["money"]["open"] > 0
    assert sum(run.result["money"].values()) == 0


def test_a_draft_that_says_what_a_person_ruled_is_counted(store, case):
    ruled(store, case, **to_wang(store))

    def to_who_was_asked_for(content):
        for stage in content["stages"]:
            for rule in stage["rules"]:
                if rule["id"] == "D09-5a":
                    rule["then"] = next(one for one in stage["rules"] if one["id"] == "D09-6c")["then"]

    before, after = worked(store, draft_of(store)), worked(store, draft_of(store, to_who_was_asked_for))
    assert (before.result["overruled"], before.result["said"]) == (1, 0)
    assert (after.result["overruled"], after.result["said"]) == (1, 1)


def test_rules_that_never_take_effect_are_listed(store, case):
    ruled(store, case)
    silent = worked(store, draft_of(store)).result["silent"]
    assert "D09-5a" not in silent
    assert "D09-2a" in silent


def test_only_rulings_of_the_period_and_of_this_policy_count(store, case):
    ruled(store, case)
    run = simulate_draft(
        here=store.manager, draft=draft_of(store), begin=BEGIN, end=make.at("2025-04-28 00:00"), at=NOW
    )
    background.simulate.func(run.pk)
    run.refresh_from_db()
    assert (run.total, run.result["cases"]) == (0, 0)


def test_a_simulation_moves_nothing(store, case):
    ruling = ruled(store, case)
    before = bytes(Ruling.objects.get(pk=ruling.pk).proposal_canonical)
    worked(store, draft_of(store, half_to_each))
    ruling.refresh_from_db()
    assert bytes(ruling.proposal_canonical) == before
    assert Ruling.objects.count() == 1


def test_one_parameter_goes_through_its_values(store, case):
    ruled(store, case)
    run = worked(store, draft_of(store), "lax_days")
    rows = run.result["sweep"]
    assert [row["value"] for row in rows] == sorted(row["value"] for row in rows)
    assert 14 in [row["value"] for row in rows]
    assert all(row["changed"] <= run.result["cases"] for row in rows)
    assert next(row for row in rows if row["value"] == 14)["changed"] == 0


def test_what_cannot_be_swept_is_refused_with_a_sentence(store, case):
    draft = draft_of(store)
    with pytest.raises(Refusal) as none:
        begun(store, draft, "no_such_parameter")
    assert none.value.code == "draft_unsound"
    with pytest.raises(Refusal) as backwards:
        simulate_draft(here=store.manager, draft=draft, begin=END, end=BEGIN, at=NOW)
    assert backwards.value.field == "end"
    with pytest.raises(Refusal) as stranger:
        simulate_draft(here=store.li, draft=draft, begin=BEGIN, end=END, at=NOW)
    assert stranger.value.status == 404


def test_a_draft_that_changed_before_anybody_began_is_not_simulated(store, case):
    draft = draft_of(store)
    run = begun(store, draft)
    PolicyDraft.objects.filter(pk=draft.pk).update(version=2)
    background.simulate.func(run.pk)
    run.refresh_from_db()
    assert run.state == Simulation.State.FAILED


def test_a_job_that_runs_twice_says_the_same(store, case):
    ruled(store, case)
    run = worked(store, draft_of(store, half_to_each))
    first = run.finished_at
    background.simulate.func(run.pk)
    run.refresh_from_db()
    assert run.finished_at == first


def test_publishing_finds_the_newest_simulation_of_the_draft_as_it_is(store, case):
    draft = draft_of(store)
    assert simulating.latest(draft) is None
    run = worked(store, draft)
    assert simulating.latest(draft) == run
    draft.version = 2
    assert simulating.latest(draft) is None


def manager_of(store):
    client = Client()
    client.force_login(store.manager.user)
    return client


def test_the_page_starts_one_and_shows_what_it_comes_to(store, case):
    ruled(store, case)
    draft, client = draft_of(store, half_to_each), manager_of(store)
    page = client.get(f"/policy/drafts/{draft.pk}/simulate")
    key = page.context["form"]["key"].value()
    sent = client.post(
        f"/policy/drafts/{draft.pk}/simulate", {"key": key, "begin": "2025-04-01", "end": "2025-05-31", "parameter": ""}
    )
    run = Simulation.objects.get()
    assert sent.headers["Location"] == f"/policy/simulations/{run.pk}"
    assert "算了 0 件，共 1 件" in client.get(sent.headers["Location"]).text
    background.simulate.func(run.pk)
    done = client.get(sent.headers["Location"]).text
    assert f"/cases/{case.no}" in done
    assert "李强 50% · 王芳 50%" in done


def test_wrong_dates_come_back_filled_in(store, case):
    draft, client = draft_of(store), manager_of(store)
    sent = client.post(
        f"/policy/drafts/{draft.pk}/simulate",
        {
            "key": client.get(f"/policy/drafts/{draft.pk}/simulate").context["form"]["key"].value(),
            "begin": "2025-05-01",
            "end": "2025-04-01",
        },
    )
    assert sent.status_code == 422
    assert 'value="2025-05-01"' in sent.text
    assert "结束日期要在开始之后" in sent.text


@pytest.mark.parametrize("first", ["0001-01-01", "1900-12-31", "9999-12-31"])
def test_days_at_the_end_of_the_calendar_are_no_period(store, case, at_noon, first):
    draft, client = draft_of(store), manager_of(store)
    for last in ("9999-12-31", first):
        sent = client.post(f"/policy/drafts/{draft.pk}/simulate", {"begin": first, "end": last})
        assert (sent.status_code, "结束日期要在开始之后" in sent.text) == (422, True)
        told = program(store.manager).post(f"policy-drafts/{draft.pk}/simulations", {"begin": first, "end": last})
        assert (told.status_code, told.json()["code"]) == (422, "period_wrong")


def test_the_sweep_is_drawn_with_its_table(store, case):
    ruled(store, case)
    page = manager_of(store).get(f"/policy/simulations/{worked(store, draft_of(store), 'lax_days').pk}").text
    assert "<svg" in page
    assert page.count("<tr>") > len(simulating.values_for(draft_of(store), "lax_days"))


def test_the_changed_cases_are_exported(store, case):
    ruled(store, case)
    run = worked(store, draft_of(store, half_to_each))
    client = make.proven(manager_of(store))
    lines = make.read(client.get(f"/policy/simulations/{run.pk}/export.csv")).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(f'"{case.no}"')
    assert make.read(client.get(f"/policy/simulations/{run.pk}/export.xlsx"))[:2] == b"PK"
    assert client.get(f"/policy/simulations/{run.pk}/export.pdf").status_code == 404


def test_money_is_signed_by_a_sign_not_by_a_colour():
    assert [simulated.signed(fen) for fen in (320000, -180000)] == ["+¥3,200.00", "−¥1,800.00"]
