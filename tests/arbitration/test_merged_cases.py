"""Cases of customers who were merged, parted, or turned out to be somebody else; and proof that the house saw before there was a case."""

import pytest
from django.utils.html import strip_tags

from arbitration.casefile import build
from arbitration.models import Collision
from arbitration.services import state_case
from leads.models import IdentityQuestion
from leads.services import answer_question, prove_relation, relate
from tests import make
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db
FIRST, LATER, NOW = make.at("2025-04-01 10:00"), make.at("2025-04-02 10:00"), make.at("2025-04-03 10:00")
OTHER = "13700000000"


@pytest.fixture
def moot(store):
    """王芳's report was about somebody else; the case against 李强 does not stand any more."""
    make.registered(store.li, FIRST)
    make.registered(store.wang, LATER, name="李红", honorific="女士")
    answer_question(here=store.desk, question=IdentityQuestion.objects.get(), same=None, why="看了身份证", at=NOW)
    return Collision.objects.get()


@pytest.mark.parametrize("who", ["manager", "wang"])
def test_a_case_that_does_not_stand_any_more_is_shown_and_takes_nothing(store, signed_in, at_noon, moot, who):
    page = signed_in(getattr(store, who)).get(f"/cases/{moot.no}")
    assert page.status_code == 200
    said = strip_tags(page.content.decode())
    assert "不再成立" in said
    assert "提交陈述" not in said
    with pytest.raises(Refusal, match="case_ruled"):
        state_case(here=store.wang, case=moot, text="是我先报的", at=NOW)


def test_a_case_that_does_not_stand_any_more_waits_for_nobody(store, signed_in, at_noon, moot):
    client = signed_in(store.manager)
    assert moot.no not in client.get("/cases").content.decode()
    assert moot.no in client.get("/cases?tab=ruled").content.decode()


def test_what_the_house_saw_of_a_relation_is_proof_in_a_case(store):
    husband = make.registered(store.li, FIRST).registration.customer
    wife = make.registered(store.wang, FIRST, number=OTHER, name="李红", honorific="女士").registration.customer
    relation = relate(here=store.li, customer=husband, other=wife, staff=None, kind="spouse", at=FIRST)
    case = Collision.objects.get()
    (before,) = build(case, "home-decoration@1", LATER).case["relations"]
    prove_relation(here=store.desk, relation=relation, proof="marriage_certificate", at=LATER)
    (then,) = build(case, "home-decoration@1", FIRST).case["relations"]
    (after,) = build(case, "home-decoration@1", NOW).case["relations"]
    assert "proof" not in before
    assert "proof" not in then
    assert after["proof"] == {"doc": "marriage_certificate", "at": "2025-04-02T10:00:00+08:00"}


def test_linked_companies_whom_two_people_follow_contest_their_claims(store):
    firms = [
        make.registered(here, when, number="", name=name, honorific="", kind="company").registration.customer
        for here, when, name in ((store.li, FIRST, "宏达装饰有限公司"), (store.wang, LATER, "宏远装饰有限公司"))
    ]
    relate(here=store.li, customer=firms[0], other=firms[1], staff=None, kind="linked", at=NOW)
    assert Collision.objects.get().claims.count() == 2


@pytest.mark.parametrize(("kind", "other"), [("contact", "company"), ("linked", "person"), ("contact", "colleague")])
def test_a_contact_is_a_person_and_linked_companies_are_companies(store, kind, other):
    firm, second = (
        make.registered(store.li, FIRST, number="", name=name, honorific="", kind="company").registration.customer
        for name in ("宏达装饰有限公司", "宏远装饰有限公司")
    )
    person = make.registered(store.li, FIRST).registration.customer
    whom = {"company": (second, None), "person": (person, None), "colleague": (None, store.wang.user)}[other]
    with pytest.raises(Refusal, match="relation_does_not_fit"):
        relate(here=store.li, customer=firm, other=whom[0], staff=whom[1], kind=kind, at=NOW)
