"""Drafts of policies by program: begun, changed, compared, submitted, published by another; the versions that came of them."""

import pytest

from tests import make
from tests.programs import program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def test_a_draft_goes_all_the_way(store):
    manager, boss = program(store.manager), program(store.general, Proof=make.PASSWORD)
    begun = manager.post("policy-drafts", {"source": "home-decoration"})
    assert begun.status_code == 201
    at = f"policy-drafts/{begun.json()['id']}"
    assert begun["Location"].endswith(at)
    changed = manager.post(f"{at}/parameters", {"seen": 1, "name": "lax_days", "value": 10}).json()
    assert (changed["version"], changed["settings"]) == (2, {"lax_days": 10})
    assert not [problem for problem in changed["problems"] if problem["counts"] == "error"]
    told = manager.get(f"{at}/changes").json()
    assert told["changes"] == [{"clause": "G-56", "what": told["changes"][0]["what"], "was": "14", "now": "10"}]
    assert (told["simulation"], told["regions"]) == (None, [])
    assert manager.post(f"{at}/submit", {"seen": 2, "why": "跟进要快"}).json()["state"] == "submitted"
    assert boss.post(f"{at}/send-back", {"why": "先试算"}).json()["decided_why"] == "先试算"
    manager.post(f"{at}/submit", {"seen": 2, "why": "试算过了"})
    assert boss.post(f"{at}/publish", {"seen": 2}).json()["published"] == "home-decoration@1.1"
    versions = manager.get("policy-versions").json()["results"]
    assert [row["policy"] for row in versions] == ["home-decoration@1.1", "home-decoration@1"]
    assert versions[1]["until"] == versions[0]["since"]
    assert [row["state"] for row in manager.get("policy-drafts").json()["results"]] == ["published"]


def test_what_the_pages_refuse_is_refused_here(store):
    manager = program(store.manager, Proof=make.PASSWORD)
    at = f"policy-drafts/{manager.post('policy-drafts', {'source': 'home-decoration'}).json()['id']}"
    wrong = manager.post(f"{at}/parameters", {"seen": 1, "name": "lax_days", "value": 9999})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "p_lax_days")
    off = manager.post(f"{at}/switch", {"seen": 1, "rule": "D09-7b", "on": False})
    assert off.json()["content"]["off"] == ["D09-7b"]
    assert manager.post(f"{at}/switch", {"seen": 1, "rule": "D09-7b", "on": True}).status_code == 409
    assert manager.post(f"{at}/publish", {"seen": 2}).status_code == 404
    assert program(store.li).get("policy-drafts").status_code == 404


@pytest.mark.parametrize(
    ("proof", "status", "code"), [({}, 403, "proof_missing"), ({"Proof": "not-it"}, 422, "password_wrong")]
)
def test_without_proof_of_who_publishes_nothing_is_published(store, proof, status, code):
    manager = program(store.manager)
    at = f"policy-drafts/{manager.post('policy-drafts', {'source': 'home-decoration'}).json()['id']}"
    manager.post(f"{at}/parameters", {"seen": 1, "name": "lax_days", "value": 10})
    manager.post(f"{at}/submit", {"seen": 2, "why": "跟进要快"})
    answer = program(store.general, **proof).post(f"{at}/publish", {"seen": 2})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert manager.get(at).json()["state"] == "submitted"
