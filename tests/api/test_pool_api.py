"""Pool, offers, transfers and protection for programs: the same refusals as the pages, each act once under its key."""

import pytest

from leads import services
from leads.models import Offer
from tests import make, programs
from trail.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
EARLIER = make.at("2025-04-20 10:00")


@pytest.fixture
def pooled(store):
    """A customer in the pool, given up by 李强."""
    make.registered(store.li, EARLIER)
    services.release_to_pool(here=store.li, customer=make.customer(), reason="客户不买了", at=EARLIER)
    return make.customer()


def asked(estate):
    """许平's protection ran out yesterday evening; 高翔 had reported the customer, too."""
    make.registered(estate.xu, make.at("2025-04-20 10:00"))
    make.registered(estate.anju, make.at("2025-04-21 10:00"), company="安居公司")
    services.expire_due(at=make.at("2025-04-28 09:00"))
    return Offer.objects.get()


def test_a_program_takes_a_customer_out_of_the_pool_once(store, pooled):
    wang, zhao = programs.program(store.wang), programs.program(store.zhao)
    (row,) = wang.get("pool").json()["results"]
    assert (row["name"], row["customer"], row["reason"]) == ("张**", str(pooled.pk), "released")
    for _again in range(2):
        taken = wang.post(f"pool/{pooled.pk}/claim", {}, key="k1")
        assert (taken.status_code, taken.json()["owner"]["name"]) == (200, "王芳")
    assert zhao.post(f"pool/{pooled.pk}/claim", {}).json()["code"] == "not_in_pool"


@pytest.mark.parametrize("key", [None, "k1"])
def test_a_program_cannot_hand_over_on_its_own_either_and_the_try_stays(store, key):
    make.registered(store.li, EARLIER)
    sent = {"to": store.wang.user.pk, "consent": "none", "reason": "忙"}
    answer = programs.program(store.li).post(f"customers/{make.customer().pk}/transfer", sent, key=key)
    assert (answer.status_code, answer.json()["code"]) == (409, "transfer_private")
    assert Entry.objects.filter(action="transfer.blocked").count() == 1


def test_programs_do_what_the_pages_do(estate):
    offer = asked(estate)
    agent, boss = programs.program(estate.anju), programs.program(estate.manager)
    (row,) = agent.get("offers").json()["results"]
    assert row["id"] == offer.pk
    assert agent.post(f"offers/{offer.pk}/answer", {"accept": True}).json()["answer"] == "accepted"
    customer = make.customer().pk
    given = boss.post(f"customers/{customer}/allocate", {"to": estate.xu.user.pk, "reason": "换人"})
    assert given.json()["code"] == "case_open"  # both had reported the customer, and nobody has ruled
    make.registered(estate.xu, make.MOMENT, number="13912340009")
    other = make.customer("13912340009").pk
    told = {"ground": "consent", "told": "签了授权书", "reached": "上海市某路 1 号"}
    sent = {"to": estate.anju.user.pk, "consent": "department", "reason": "换区", **told}
    no = programs.program(estate.xu).post(f"customers/{other}/transfer", sent).json()["no"]
    done = boss.post(f"transfers/{no}/decide", {"approve": True}).json()
    assert (done["state"], done["taker"]["name"]) == ("done", "高翔")
    assert [line["no"] for line in agent.get("transfers").json()["results"]] == [no]
    assert boss.post(f"customers/{other}/release", {"reason": "收回"}).json()["holder"] == "pool"
    deed = boss.post(f"customers/{other}/deed", {"user": estate.xu.user.pk, "signed_on": "2025-04-25"})
    assert deed.status_code == 200, deed.json()
    assert boss.post(f"customers/{other}/protection", {"days": 9, "reason": "要"}).json()["code"] == "protection_fixed"


def test_a_program_sets_the_rules_it_has_seen_and_no_others(estate):
    boss = programs.program(estate.general)
    rules = boss.get("protection-rules").json()
    assert (rules["protection_days"], rules["warn_hours"], rules["pool_claims_a_day"]) == (7, [24, 3], None)
    sent = rules | {"pool_claims_a_day": 5, "extend_on": ["visit"], "extend_days": 7}
    assert boss.post("protection-rules", sent).json()["pool_claims_a_day"] == 5
    assert boss.post("protection-rules", sent).json()["code"] == "terms_changed"
    again = boss.get("protection-rules").json() | {"offer_hours": 9999}
    refused = boss.post("protection-rules", again).json()
    assert (refused["code"], refused["field"]) == ("term_wrong", "offer_hours")
    assert programs.program(estate.xu).get("protection-rules").status_code == 404


def test_a_program_gives_an_agent_a_customer_with_ground_and_notice(estate):
    make.registered(estate.xu, make.at("2025-04-21 10:00"))
    boss, path = programs.program(estate.manager), f"customers/{make.customer().pk}/allocate"
    given = {"to": estate.anju.user.pk, "reason": "离得近"}
    refused = boss.post(path, given)
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (
        422,
        "provision_missing",
        "ground",
    )
    assert boss.post(path, {**given, "ground": "whim"}).json()["field"] == "ground"
    whole = {**given, "ground": "consent", "told": "签了授权书", "reached": "上海市某路 1 号"}
    assert boss.post(path, whole).json()["owner"]["name"] == "高翔"
    (line,) = boss.get(f"customers/{make.customer().pk}/provisions").json()["results"]
    assert (line["recipient"], line["ground"], line["told"]) == ("安居公司", "consent", "签了授权书")
