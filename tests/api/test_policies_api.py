"""The policies in force, as a program starts, stops and calls them off."""

from datetime import timedelta

import pytest

from arbitration import services
from arbitration.models import PolicyInForce
from tests import make
from tests.policy_pages import HOME, in_force
from tests.programs import Program, program, token
from trail.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def proving(here, **headers):
    return Program(token(here), Proof=make.PASSWORD, **headers)


def seen(here, pack=HOME):
    return program(here).get(f"policies/{pack}").json()["seen"]


def start(here, pack=HOME, **given):
    return proving(here).post(f"policies/{pack}/start", {"seen": seen(here, pack), **given})


def govern(estate, before=timedelta(hours=1), **given):
    """It governs since then: what began this minute nobody changes."""
    at = make.MOMENT - before
    policy = services.publish(HOME, at=at)
    services.put_in_force(project=estate.project, policy=policy, by=estate.general.user.pk, at=at, **given)


def test_what_is_shipped_and_what_may_be_set_is_told(estate):
    shelf = program(estate.general).get("policies").json()
    assert shelf["in_force"] == []
    offers = {offer["id"]: offer for offer in shelf["offers"]}
    assert offers[HOME]["held"] is None
    paper = program(estate.general).get(f"policies/{HOME}").json()
    found = {one["name"]: one for one in paper["parameters"]}
    assert (found["simul_report_s"]["kind"], found["simul_report_s"]["own"]) == ("number", 60)
    assert paper["terms"]["routing"][0] == "owner"
    assert program(estate.general).get("policies/nonsense").status_code == 404


def test_a_policy_is_started_with_its_own_settings_and_terms(estate):
    terms = program(estate.general).get(f"policies/{HOME}").json()["terms"]
    answer = start(
        estate.general, settings={"simul_report_s": 90}, terms={**terms, "protection_days": 12, "routing": ["rotation"]}
    )
    assert (answer.status_code, answer.json()["settings"]) == (200, {"simul_report_s": 90})
    estate.project.refresh_from_db()
    kept = estate.project.terms
    assert (kept.protection_days, kept.routing, kept.simultaneous_seconds) == (12, ("rotation",), 90)
    assert {pack for pack, _version in in_force(estate.project)} == {HOME}
    assert Entry.objects.get(action="policy.in_force").detail["params"] == ["simul_report_s"]
    paper = program(estate.general).get(f"policies/{HOME}").json()
    assert {one["name"]: one["value"] for one in paper["parameters"]}["simul_report_s"] == 90
    assert paper["held"]["settings"] == {"simul_report_s": 90}


def test_starting_and_stopping_ask_for_proof_and_for_what_was_seen(estate):
    path = f"policies/{HOME}"
    assert program(estate.general).post(f"{path}/start", {"seen": "0"}).json()["code"] == "proof_missing"
    assert program(estate.general).post(f"{path}/stop", {}).json()["code"] == "proof_missing"
    assert proving(estate.general).post(f"{path}/start", {}).json()["code"] == "precondition_required"
    tag = program(estate.general).get(path)["ETag"]
    govern(estate)
    late = proving(estate.general, **{"If-Match": tag}).post(f"{path}/start", {})
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    assert proving(estate.general).post(f"{path}/start", {"seen": tag[1:17]}).json()["code"] == "policies_changed"
    tag = program(estate.general).get(path)["ETag"]
    assert proving(estate.general, **{"If-Match": tag}).post(f"{path}/start", {}).status_code == 200


def test_what_cannot_be_is_refused_at_its_name(estate):
    terms = program(estate.general).get(f"policies/{HOME}").json()["terms"]
    wrong = {
        "settings.simul_report_s": {"settings": {"simul_report_s": "soon"}},
        "settings.nothing": {"settings": {"nothing": 1}},
        "terms.protection_days": {"terms": {**terms, "protection_days": 0}},
        "terms.routing": {"terms": {**terms, "routing": ["owner", "owner"]}},
    }
    for field, given in wrong.items():
        for act in ("check", "start"):
            body = given if act == "check" else given | {"seen": seen(estate.general)}
            answer = proving(estate.general).post(f"policies/{HOME}/{act}", body)
            assert (answer.status_code, answer.json()["field"]) == (422, field), (act, answer.json())
    assert start(estate.general, terms={**terms, "colour": 1}).json()["field"] == "terms.colour"
    assert not PolicyInForce.objects.filter(project=estate.project).exists()


def test_a_check_says_what_would_come_of_it_and_writes_nothing(estate):
    start(
        estate.general, terms=program(estate.general).get(f"policies/{HOME}").json()["terms"] | {"protection_days": 12}
    )
    checked = program(estate.general).post("policies/channel-contract/check", {}).json()
    assert checked["against"] == ["制度的参数写保护 7 天，报备却按「12 天」算"]
    assert checked["unruled"] == 0
    assert [one for one in checked["problems"] if one["counts"] == "error"] == []
    blocked = program(estate.general).post("policies/walk-in-store/check", {}).json()
    assert blocked["blocked_by"]["policy"].startswith(f"{HOME}@")
    assert start(estate.general, "walk-in-store").json()["code"] == "scope_taken"
    assert {pack for pack, _version in in_force(estate.project)} == {HOME}


def test_a_policy_is_stopped(estate):
    govern(estate)
    stopped = proving(estate.general).post(f"policies/{HOME}/stop", {})
    assert (stopped.status_code, stopped.json()["scopes"]) == (200, 1)
    assert proving(estate.general).post(f"policies/{HOME}/stop", {}).status_code == 404
    assert in_force(estate.project) == set()


def test_a_version_that_was_to_come_is_called_off(estate):
    govern(estate, timedelta(hours=2))
    govern(estate, params={"simul_report_s": 90}, since=make.MOMENT + timedelta(days=3))
    path = f"policies/{HOME}/call-off"
    assert program(estate.general).post(path, {}).json()["settings"] == {}
    assert program(estate.general).post(path, {}).json()["code"] == "nothing_to_come"
    assert program(estate.manager).post(path, {}).status_code == 404
