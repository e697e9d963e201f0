"""奖励 (D04-5.1): cooperation in a collision and outstanding results, both; proposed by one, approved by another."""

import pytest

from penalties import services
from tests import make, procedure, sanctions
from tests.sanctions import kinds
from trail.models import Message
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db
NOW = make.MOMENT


@pytest.fixture
def given(store):
    case = procedure.contested(store)
    return {
        "here": store.manager, "to": store.li.user, "kind": "both", "case": case.no, "cooperation": "主动让出并帮着接待",
        "results": "本月签单第一", "amount_fen": 800_00, "at": NOW,
    }  # fmt: skip


def refused(code, act, **given):
    with pytest.raises(Refusal) as found:
        act(**given)
    assert found.value.code == code, found.value.sentence


def test_it_is_proposed_and_approved_by_another_and_who_gets_it_hears(store, given):
    made = services.propose_reward(**given)
    refused("second_person", services.approve_reward, here=store.manager, reward=made, at=NOW)
    services.approve_reward(here=store.general, reward=made, at=NOW)
    assert (made.no[:3], kinds(made)) == ("JL-", ["proposed", "approved"])
    assert Message.objects.to(store.li.user.pk).filter(kind="reward.approved").exists()
    refused("reward_decided", services.drop_reward, here=store.manager, reward=made, reason="算了", at=NOW)


def test_who_ranks_first_but_took_part_in_no_collision_is_not_eligible(store, given):
    """D04-5.1/T2."""
    refused("not_eligible", services.propose_reward, **{**given, "to": store.sun.user})
    refused("not_eligible", services.propose_reward, **{**given, "case": "ZD-000000-0000"})


@pytest.mark.parametrize("missing", ["cooperation", "results"])
def test_both_reasons_are_needed(given, missing):
    refused("reward_incomplete", services.propose_reward, **{**given, missing: " "})


@pytest.mark.parametrize(("kind", "fen"), [("bonus", None), ("commendation", 1)])
def test_a_bonus_has_an_amount_and_a_commendation_none(given, kind, fen):
    refused("amount_missing", services.propose_reward, **{**given, "kind": kind, "amount_fen": fen})


def test_nobody_rewards_themself_or_approves_their_own(store, given):
    other = sanctions.third(store)
    refused("rewards_self", services.propose_reward, **{**given, "here": other, "to": other.user})
    refused("not_yours", services.propose_reward, **{**given, "here": store.wang})
    made = services.propose_reward(**given)
    refused("not_yours", services.approve_reward, here=store.li, reward=made, at=NOW)
    services.drop_reward(here=store.manager, reward=made, reason="算错了", at=NOW)
    refused("reward_decided", services.approve_reward, here=store.general, reward=made, at=NOW)
