"""Policies in force: one for each matter and kind of parties, others laid over it; pinned, replayed, backtested."""

import json
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction

from arbitration import services
from arbitration.cases.proposals import governing, pack_of, propose
from arbitration.cases.replay import replay
from arbitration.engine import decide, decode_case, load_pack
from arbitration.engine.pack import parse_pack
from arbitration.models import Collision, PolicyInForce, Ruling
from arbitration.policies.backtest import backtest
from arbitration.services import Decision, drafting, publishing
from tests import make
from tests.arbitration.drafts import begun
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db
STORE = Path("arbitration/packs/home-decoration.yaml")


def lay_over(store, pack, at=make.LONG_AGO):
    return services.put_in_force(project=store.project, policy=services.publish(pack, at=at), by="tests", at=at)


def collide(store):
    """Two salespeople report one customer, who then comes and asks for the first; the manager sees the case."""
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    make.arrived(store, make.at("2025-04-03 10:00"), asked_for=store.li.user)
    return Collision.objects.get()


def rule(store, case, at=make.MOMENT):
    seen = propose(case, at)
    assert seen.status == "decided", seen.ruling
    decision = Decision(kind=Ruling.Kind.AGREED, reason="按条款")
    return services.decide_case(
        here=store.general,
        case=case,
        seen_version=case.version,
        seen_proposal=seen.fingerprint,
        decision=decision,
        at=at,
    )


def test_a_second_policy_about_the_same_matter_is_refused(store):
    with pytest.raises(Refusal) as refused:
        lay_over(store, "first-report", at=make.MOMENT)
    assert refused.value.code == "scope_taken"
    assert "home-decoration@1" in str(refused.value.sentence)
    assert not PolicyInForce.objects.filter(policy__pack="first-report").exists()


def test_the_database_itself_holds_one_policy_to_a_scope(store):
    held = PolicyInForce.objects.get(project=store.project)
    with pytest.raises(IntegrityError, match="policy_one_open_in_scope"), transaction.atomic():
        PolicyInForce.objects.create(project=store.project, policy=held.policy, scope=held.scope, since=make.MOMENT)


def test_a_policy_about_other_parties_goes_beside_it(store):
    rows = lay_over(store, "channel-contract", at=make.MOMENT)
    assert {row.scope for row in rows} == {"customer/agencies", "customer/mixed"}
    case = collide(store)
    assert governing(case).policy.pack == "home-decoration"


def test_another_policy_can_follow_once_the_first_is_withdrawn(store):
    services.withdraw(project=store.project, pack="home-decoration", by="tests", at=make.at("2025-03-01 00:00"))
    lay_over(store, "first-report", at=make.at("2025-03-01 00:00"))
    assert governing(collide(store)).policy.pack == "first-report"


def test_a_policy_that_was_withdrawn_still_governs_what_began_under_it(store):
    case = collide(store)
    services.withdraw(project=store.project, pack="home-decoration", by="tests", at=make.MOMENT)
    assert governing(case).policy.pack == "home-decoration"


def test_the_same_policy_put_in_force_again_takes_its_own_place(store):
    lay_over(store, "home-decoration", at=make.MOMENT)
    assert PolicyInForce.objects.filter(project=store.project, until__isnull=True).count() == 1


def test_what_is_laid_over_adds_duties_and_never_an_owner(store):
    alone = propose(collide(store), make.MOMENT).ruling
    PolicyInForce.objects.all()
    lay_over(store, "query-first")
    both = propose(Collision.objects.get(), make.MOMENT).ruling
    assert (both["owner"], both["shares"], both["status"]) == (alone["owner"], alone["shares"], alone["status"])
    assert [row["id"] for row in both["overlays"]] == ["query-first"]
    assert {row["clause"][:3] for row in both["findings"]} > {row["clause"][:3] for row in alone["findings"]}


def test_the_page_of_policies_shows_each_with_what_it_decides(store, signed_in, at_noon):
    lay_over(store, "query-first")
    page = signed_in(store.li).get("/policy").content.decode()
    assert "内部人员之间的客户" in page
    assert "补充义务和认定，不定归属" in page
    ids = [part.split('"')[0] for part in page.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def test_the_case_page_tells_the_duties_of_what_is_laid_over(store, signed_in, at_noon):
    lay_over(store, "query-first")
    case = collide(store)
    assert signed_in(store.general).get(f"/cases/{case.no}").status_code == 200


class TestReplay:
    """Stored rulings come out again byte for byte."""

    def test_a_ruling_comes_out_the_same(self, store):
        lay_over(store, "query-first")
        ruling = rule(store, collide(store))
        assert [row.result for row in replay([ruling])] == ["same"]
        out = StringIO()
        call_command("replay", stdout=out)
        assert out.getvalue().strip().endswith("1 the same, 0 without a policy, 0 otherwise")

    def test_after_a_changed_policy_a_ruling_comes_out_by_the_version_that_it_pins(self, store):
        ruling = rule(store, collide(store))
        draft = begun(store)
        off = {"here": store.manager, "draft": draft, "rule": ruling.rules[0], "on": False, "at": make.MOMENT}
        draft = drafting.switch_rule(seen=draft.version, **off)
        draft = publishing.submit_draft(
            here=store.manager, draft=draft, seen=draft.version, why="不再这样裁", at=make.MOMENT
        )
        publishing.publish_draft(here=store.general, draft=draft, seen=draft.version, at=make.MOMENT)
        now = pack_of(PolicyInForce.objects.at(make.MOMENT).get(project=store.project).policy)
        case = decode_case(json.loads(bytes(ruling.case_canonical)))
        assert decide(case, now).canonical() != bytes(ruling.proposal_canonical)
        assert [row.result for row in replay([ruling])] == ["same"]

    def test_what_somebody_changed_in_the_database_is_found(self, store):
        ruling = rule(store, collide(store))
        ruling.case_canonical = bytes(ruling.case_canonical).replace(b"2025-04-01", b"2025-04-05")
        assert [row.result for row in replay([ruling])] == ["damaged"]

    def test_a_ruling_that_no_longer_comes_out_is_told_with_what_differs(self, store):
        ruling = rule(store, collide(store))
        other = bytes(ruling.proposal_canonical).replace(b'"decided"', b'"escalated"')
        ruling.proposal_canonical, ruling.proposal_sha256 = other, sha256(other).digest()
        (row,) = replay([ruling])
        assert row.result == "differs"
        assert "status" in row.detail

    def test_another_engine_is_said_and_not_guessed_at(self, store):
        ruling = rule(store, collide(store))
        other = json.loads(bytes(ruling.proposal_canonical)) | {"engine": {"semantics": 99, "vocabulary": 1}}
        ruling.proposal_canonical = json.dumps(other).encode()
        ruling.proposal_sha256 = sha256(ruling.proposal_canonical).digest()
        assert [row.result for row in replay([ruling])] == ["engine"]

    def test_the_snapshot_holds_nobody_s_name_or_number(self, store):
        ruling = rule(store, collide(store))
        kept = bytes(ruling.case_canonical) + bytes(ruling.proposal_canonical) + ruling.facts.encode()
        for personal in ("李强", "王芳", "张", make.PHONE, make.PHONE[-4:]):
            assert personal.encode() not in kept


class TestBacktest:
    """A draft over the rulings in force."""

    def draft(self, *change):
        return parse_pack(STORE.read_text("utf-8").replace(*change))

    def test_the_same_rules_change_nothing(self, store):
        rule(store, collide(store))
        pack = load_pack("home-decoration")
        report = backtest(pack, pack, Ruling.objects.all())
        assert (report.cases, report.flipped) == (1, 0)

    def test_facts_are_stored_beside_the_ruling_and_found_anew_where_the_draft_needs_it(self, store):
        ruling = rule(store, collide(store))
        assert json.loads(ruling.facts)["visit.any"] is True
        wider = self.draft(
            "simul_report_s: {value: 60, min: 0, max: 3600", "simul_report_s: {value: 90000, min: 0, max: 90000"
        )
        report = backtest(load_pack("home-decoration"), wider, Ruling.objects.all())
        assert (report.cases, report.flipped) == (1, 1)  # a day apart counts as at once

    def test_the_command_names_the_cases(self, store, tmp_path):
        ruling = rule(store, collide(store))
        fired = next(rule for rule in ruling.rules if rule.startswith("D09-5") or rule.startswith("D09-6"))
        text = STORE.read_text("utf-8")
        without = text.replace(f"- id: {fired}\n", f"- id: {fired}\n        after: []\n", 1)
        path = tmp_path / "draft.yaml"
        path.write_text(
            without.replace("{fact: report.order, is: first}", "{fact: report.order, is: together}"), "utf-8"
        )
        out = StringIO()
        call_command("backtest", "home-decoration", str(path), stdout=out)
        assert ruling.no in out.getvalue()
        assert "1 cases, 1 would come out otherwise" in out.getvalue()

    def test_a_file_that_is_no_policy_exits_with_2(self, tmp_path):
        (tmp_path / "bad.yaml").write_text("id: x\nid: y\n", "utf-8")
        with pytest.raises(CommandError) as wrong:
            call_command("backtest", "home-decoration", str(tmp_path / "bad.yaml"))
        assert wrong.value.returncode == 2
        assert "given twice" in str(wrong.value)


def test_the_bench_prints_what_was_measured(store, tmp_path):
    out = StringIO()
    call_command("bench", "engine", "--stored", "50", "--history", str(tmp_path / "history.jsonl"), stdout=out)
    assert connection.vendor == "postgresql"
    assert "backtest from Postgres" in out.getvalue()
    assert "rules only, 60 rows" in out.getvalue()
