"""Cases by program: who claims, until when, what is proposed to whoever rules, what is ruled. Never a number."""

import pytest

from arbitration import services
from arbitration.models import Ruling
from arbitration.services import Decision
from tests import make
from tests.programs import program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def case(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    make.arrived(store, make.at("2025-04-10 10:00"), asked_for=store.wang.user)
    return store.project.collisions.get()


def rule(here, case, store):
    decision = Decision(kind=Ruling.Kind.OTHERWISE, reason="记录清楚", owner_kind="person", owner=store.li.user)
    return services.decide_case(
        here=here, case=case, seen_version=case.version, seen_proposal="", decision=decision, at=make.MOMENT
    )


def test_whoever_rules_sees_the_case_with_its_proposal(store, case):
    told = program(store.manager).get(f"collisions/{case.no}").json()
    assert (told["state"], told["customer"], told["ruling"]) == ("open", "张**", None)
    assert [(c["letter"], c["person"]["name"]) for c in told["claimants"]] == [("A", "李强"), ("B", "王芳")]
    proposal = told["proposal"]
    assert proposal["policy"].startswith("home-decoration@")
    assert proposal["status"] == "decided"
    assert proposal["owner"] == "李强"
    assert sum(share["basis_points"] for share in proposal["shares"]) in (0, 10_000)
    assert proposal["clauses"]


def test_a_party_sees_its_own_case_without_the_proposal_and_others_do_not(store, case):
    assert program(store.li).get(f"collisions/{case.no}").json()["proposal"] is None
    assert [c["no"] for c in program(store.li).get("collisions").json()["results"]] == [case.no]
    assert program(store.zhao).get("collisions").json()["results"] == []
    assert program(store.zhao).get(f"collisions/{case.no}").status_code == 404


def test_after_the_ruling_everybody_concerned_reads_it(store, case):
    rule(store.manager, case, store)
    for here in (store.manager, store.wang):
        told = program(here).get(f"collisions/{case.no}").json()
        assert (told["state"], told["proposal"]) == ("ruled", None)
        ruling = told["ruling"]
        assert (ruling["kind"], ruling["owner"]["name"], ruling["reason"]) == ("otherwise", "李强", "记录清楚")
        assert ruling["clauses"] == []
    assert program(store.wang).get("collisions").json()["results"][0]["ruling"]["no"] == Ruling.objects.get().no


def test_no_number_stands_in_any_case(store, case):
    manager = program(store.manager)
    for answer in (manager.get("collisions"), manager.get(f"collisions/{case.no}")):
        assert not make.traces(answer.content.decode())


def test_agencies_stand_beside_their_people(estate):
    make.registered(estate.anju, make.at("2025-04-25 10:00"))
    make.registered(estate.hengxin, make.at("2025-04-26 10:00"))
    line = program(estate.manager).get("collisions").json()["results"][0]
    assert [c["agency"] for c in line["claimants"]] == ["安居公司", "恒信公司"]


def test_the_list_asks_no_more_for_many_than_for_few(store, django_assert_max_num_queries):
    for i in range(5):
        make.registered(store.li, make.at("2025-04-01 10:00"), number=f"1391000000{i}")
        make.registered(store.wang, make.at("2025-04-02 10:00"), number=f"1391000000{i}")
    manager = program(store.manager)
    with django_assert_max_num_queries(10):
        assert len(manager.get("collisions").json()["results"]) == 5
