"""Working at the queue: claiming, postponing, the keys, and what the proposal column says."""

from datetime import timedelta

import pytest

from arbitration import services
from arbitration.cases import queue
from arbitration.models import Collision, Statement
from arbitration.services import queueing
from tests import make
from tests.arbitration.test_queue import DAY, NOW, opened
from trail.models import Entry
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(store):
    return opened(store, make.PHONE, 1)


# ── claiming and postponing ──


def take(here, case):
    return services.take_case(here=here, case=case, at=NOW)


def release(here, case):
    return services.release_case(here=here, case=case, at=NOW)


def postpone(here, case, until=NOW + DAY, reason="等公证处"):
    return services.postpone_case(here=here, case=case, until=until, reason=reason, at=NOW)


def resume(here, case):
    return services.resume_case(here=here, case=case, at=NOW)


def refused(act, *given, **more):
    with pytest.raises(Refusal) as refusal:
        act(*given, **more)
    return refusal.value.code, refusal.value.status


@pytest.mark.parametrize("act", [take, release, postpone, resume])
def test_only_who_rules_works_at_the_queue(store, case, act):
    for here in (store.li, store.sun, store.desk, store.finance, store.admin):
        assert refused(act, here, case) == ("not_yours_to_rule", 404)


@pytest.mark.parametrize("act", [take, release, postpone, resume])
def test_a_case_that_is_ruled_takes_nothing(store, case, act):
    Collision.objects.update(state="ruled")
    assert refused(act, store.manager, case) == ("case_ruled", 409)


@pytest.mark.parametrize("act", [take, release, postpone, resume])
def test_a_manager_takes_nothing_that_is_the_general_managers(store, case, act):
    Collision.objects.update(state="escalated", with_general_manager=True)
    assert refused(act, store.manager, case) == ("recused", 403)


def test_who_takes_a_case_is_seen_and_keeps_nobody_from_ruling(store, case):
    second = make.person("second", "副主管", "manager", store.project)
    take(store.manager, case)
    assert take(store.manager, case).taken_by == store.manager.user  # twice is once
    assert Entry.objects.filter(action="collision.take").count() == 1
    assert refused(take, second, case) == ("taken", 409)
    assert refused(release, second, case) == ("not_yours_to_release", 403)
    case.refresh_from_db()
    services.may_decide(second, case, case.version, "otherwise")  # a word to the others, no lock
    release(store.general, case)
    assert refused(release, store.general, case) == ("not_taken", 409)
    assert take(second, case).taken_by == second.user


def test_taking_and_postponing_make_no_page_out_of_date(store, case):
    version = Collision.objects.get().version
    take(store.manager, case)
    postpone(store.manager, case)
    assert Collision.objects.get().version == version


def test_what_is_postponed_comes_back_by_itself_and_the_parties_read_why(store, case):
    postpone(store.manager, case)
    assert [queue.counted(queue.count_rows(store.manager, at))["todo"] for at in (NOW, NOW + DAY)] == [0, 1]
    said = Statement.objects.get(collision=case)
    assert (said.by, said.text) == (store.manager.user, "暂缓到 2025-04-29：等公证处")
    assert "公证" not in str(Entry.objects.filter(action="collision.postpone").values("detail"))
    resume(store.manager, case)
    assert queue.counted(queue.count_rows(store.manager, NOW))["todo"] == 1
    assert refused(resume, store.manager, case) == ("not_postponed", 409)


@pytest.mark.parametrize(
    ("given", "code"),
    [({"reason": " "}, "reason_missing"), ({"until": NOW}, "until_past"), ({"until": NOW + 32 * DAY}, "until_far")],
)
def test_postponing_wants_a_reason_and_a_day_that_is_near(store, case, given, code):
    assert refused(postpone, store.manager, case, **given)[0] == code


def test_the_buttons_do_it_and_lead_back_to_where_they_stood(store, signed_in, at_noon, case):
    client, query = signed_in(store.manager), "tab=todo&trigger=registration"
    gone = client.post(f"/cases/{case.no}/take?{query}&x=1")
    assert gone.url == f"/cases?{query}"
    assert client.post(f"/cases/{case.no}/release?{query}", {"on": "case"}).url == f"/cases/{case.no}?{query}"
    assert "2025-04-28" not in (page := client.get(f"/cases/{case.no}/postpone").content.decode())
    assert "理由" in page
    sent = {"until": "2025-05-01", "reason": "等公证处"}
    assert client.post(f"/cases/{case.no}/postpone?{query}", sent).url == f"/cases?{query}"
    assert Collision.objects.get().postponed_until == make.at("2025-05-01 00:00")
    assert "等公证处" not in (listed := client.get("/cases?tab=postponed").content.decode())
    assert "现在就看" in listed
    assert client.post(f"/cases/{case.no}/resume").status_code == 302


def test_a_button_that_came_too_late_says_so_above_the_list(store, signed_in, at_noon, case):
    take(store.general, case)
    answer = signed_in(store.manager).post(f"/cases/{case.no}/take")
    assert answer.status_code == 409
    assert "陈光已经认领了这一件" in answer.content.decode()
    assert (
        signed_in(store.manager).post(f"/cases/{case.no}/postpone", {"until": "2025-04-01", "reason": "等"}).status_code
        == 422
    )


def test_single_keys_can_be_switched_off_by_oneself(store, signed_in, at_noon, case):
    client = signed_in(store.manager)
    assert "data-letters" in client.get("/cases").content.decode()
    assert client.post("/account/keys", {}).status_code == 302
    assert "data-letters" not in client.get("/cases").content.decode()
    assert "data-letters" in signed_in(store.general).get("/cases").content.decode()
    client.post("/account/keys", {"letters": "on"})
    assert "data-letters" in client.get("/cases").content.decode()


# ── what the proposal column says ──


@pytest.fixture
def ripe(store, case):
    """The customer came: D09 rules on nothing before."""
    make.arrived(store, make.at("2025-04-10 10:00"), asked_for=store.wang.user)
    return case


def shown_proposal():
    return Collision.objects.values_list("proposal", "ripe_at").get()


def test_the_proposal_of_a_case_that_changed_is_worked_out_by_the_next_round_and_once(store, ripe):
    assert shown_proposal() == ("", None)
    assert queueing.assess_changed(at=NOW) == 1
    assert shown_proposal() == ("decided", None)
    assert queueing.assess_changed(at=NOW) == 0
    services.state_case(here=store.li, case=ripe, text="客户先找的我", at=NOW)
    assert queueing.assess_changed(at=NOW) == 1


def test_what_is_not_ripe_says_until_when_and_is_worked_out_again_then(store, ripe, monkeypatch):
    class Held:
        status = "on_hold"
        ruling = {"until": (NOW + DAY).isoformat(), "duties": []}

    monkeypatch.setattr(queueing, "remind", lambda *given: None)
    monkeypatch.setattr(queueing, "propose", lambda case, at: Held())
    queueing.assess_changed(at=NOW)
    assert shown_proposal() == ("on_hold", NOW + DAY)
    assert queueing.assess_changed(at=NOW + DAY - timedelta(seconds=1)) == 0
    monkeypatch.undo()
    assert queueing.assess_changed(at=NOW + DAY) == 1
    assert shown_proposal() == ("decided", None)


def three(store):
    return [opened(store, f"1380000000{n}", n) for n in (1, 2, 3)]


def test_one_that_cannot_be_worked_out_says_so_and_keeps_no_other_waiting(store, monkeypatch, caplog):
    cases = three(store)
    propose = queueing.propose

    def stumble(case, at):
        if case.pk == cases[0].pk:
            raise ValueError("no")
        return propose(case, at)

    monkeypatch.setattr(queueing, "propose", stumble)
    assert queueing.assess_changed(at=NOW) == 3
    assert [c.proposal for c in Collision.objects.order_by("pk")] == ["failed", "on_hold", "on_hold"]
    assert queueing.assess_changed(at=NOW) == 0
    assert cases[0].no in caplog.text


def test_a_case_that_changes_while_it_is_worked_out_is_worked_out_again(store, ripe, monkeypatch):
    propose = queueing.propose

    def meanwhile(found, at):
        told = propose(found, at)
        services.state_case(here=store.li, case=ripe, text="客户先找的我", at=at)
        return told

    monkeypatch.setattr(queueing, "propose", meanwhile)
    queueing.assess_changed(at=NOW)
    assert Collision.objects.get().assessed == 0
    monkeypatch.undo()
    assert queueing.assess_changed(at=NOW) == 1
    assert Collision.objects.get().proposal == "decided"


def test_from_time_to_time_all_that_waits_is_worked_out_anew(store, do_jobs):
    cases = three(store)
    do_jobs()
    assert set(Collision.objects.values_list("proposal", flat=True)) == {"on_hold"}
    Collision.objects.filter(pk=cases[0].pk).update(state="ruled")
    queueing.assess_all.call()
    assert queueing.assess_changed(at=NOW) == 2
