"""Profiles and the map of regions in a case, and a ruling that rests on them (D14-4.2)."""

import pytest

from arbitration import casefile
from arbitration.cases.proposals import propose
from arbitration.engine import decode_case
from arbitration.models import Collision
from arbitration.services import publish, put_in_force, withdraw
from leads.services import end_territory, give_territory, grade, keep_profile, log_contact
from tests import make

pytestmark = pytest.mark.django_db
POLICY = "collision-control@1"


@pytest.fixture
def contested(store):
    """李强 and 赵磊 bargain with a customer of the north, which is 王芳's."""
    withdraw(project=store.project, pack="home-decoration", by="tests", at=make.at("2025-01-01 00:00"))
    put_in_force(
        project=store.project,
        policy=publish("collision-control", at=make.LONG_AGO),
        by="tests",
        at=make.at("2025-01-01 00:00"),
    )
    make.registered(store.li, make.at("2025-04-20 10:00"))
    give_territory(
        here=store.manager, region="城北", industry="", user=store.wang.user, team=None, at=make.at("2025-04-01 10:00")
    )  # fmt: skip
    keep_profile(
        here=store.li, customer=make.customer(), needs="四居室", intent="未定", region="城北", industry="教育", stage="follow",
        at=make.at("2025-04-20 11:00"),
    )  # fmt: skip
    make.registered(store.zhao, make.at("2025-04-21 10:00"))
    for here, when in ((store.li, "2025-04-22 10:00"), (store.zhao, "2025-04-22 11:00")):
        log_contact(here=here, customer=make.customer(), mode="negotiate", at=make.at(when), confirmed=True)
    return store


def built(when=make.MOMENT, policy=POLICY):
    file = casefile.build(Collision.objects.get(), policy, when)
    decode_case(file.case)
    return file


def test_a_customer_of_somebody_s_region_is_ruled_theirs(contested):
    proposal = propose(Collision.objects.get(), make.MOMENT)
    assert proposal.owner() == ("person", contested.wang.user.pk)


def test_the_case_says_whose_region_it_is_without_a_word_that_anybody_typed(contested):
    file = built()
    holder = next(person for person in file.case["people"] if person.get("territory"))
    assert file.tokens.user(holder["id"]) == contested.wang.user.pk
    assert file.case["customers"][0]["region"] == holder["territory"][0]
    assert "城北" not in str(file.case)
    assert casefile.names(file.tokens)[holder["territory"][0]] == "城北"


def test_a_map_that_ended_or_a_profile_written_later_says_nothing(contested):
    assert "region" not in built(make.at("2025-04-20 10:30")).case["customers"][0]
    row = contested.project.territories.get()
    end_territory(here=contested.manager, territory=row, at=make.at("2025-04-23 10:00"))
    assert not any(person.get("territory") for person in built().case["people"])
    assert any(person.get("territory") for person in built(make.at("2025-04-22 12:00")).case["people"])


def test_the_tier_of_a_customer_is_in_the_case(contested):
    grade(
        here=contested.manager, customer=make.customer(), potential=None, importance=None, loyalty_high=False, profit_high=True,
        at=make.at("2025-04-23 10:00"),
    )  # fmt: skip
    assert built().case["customers"][0]["tier"] == {"loyalty": "low", "profit": "high"}


def test_a_contact_says_whether_it_reached_the_customer_and_what_was_asked(contested):
    log_contact(
        here=contested.zhao, customer=make.customer(), mode="call", asked_first=True, answer="sampled", connected=False,
        claimed_at=make.at("2025-04-24 09:00"), confirmed=True, at=make.at("2025-04-24 10:00"),
    )  # fmt: skip
    told = [event for event in built().case["events"] if event["type"] == "contact"][-1]
    assert (told["asked_first"], told["answer"], told["connected"], told["claimed_at"][:16]) == (
        True, "sampled", False, "2025-04-24T09:00",
    )  # fmt: skip


def test_where_any_answer_is_a_complaint_only_a_complaint_is_told(contested):
    for answer in ("sampled", "neglected"):
        log_contact(
            here=contested.zhao, customer=make.customer(), mode="call", answer=answer, confirmed=True, at=make.MOMENT
        )
    told = [
        event.get("answer") for event in built(policy="home-decoration@1").case["events"] if event["type"] == "contact"
    ]
    assert told[-2:] == [None, "neglected"]
