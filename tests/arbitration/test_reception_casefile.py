"""What a case is told of receptions: in turn or not, for whom, by whose arrangement (D17-2.1, D17-3.4a)."""

from datetime import timedelta

import pytest

from arbitration.casefile.reader import Reader
from arbitration.casefile.tokens import Tokens
from tests import make
from visits import services

pytestmark = pytest.mark.django_db


def events(store, visit):
    reader = Reader(store.project, Tokens(), [visit.customer], make.at("2025-04-29 10:00"))
    found = list(reader.visits())
    names = {token: pk for pk, token in reader.tokens.people.items()}
    return [event for event in found if event["type"] in ("reception", "consent")], reader.tokens.person, names


def test_a_stand_in_by_the_secretary_is_an_arrangement(store):
    """D17-3.4a."""
    secretary = make.person("secretary", "沈青", "secretary", store.project)
    visit = make.arrived(store, make.MOMENT, asked_for=store.zhao.user)
    services.hand_over(here=secretary, visit=visit, to=store.sun.user, at=make.MOMENT + timedelta(minutes=1))
    (asked, stood_in, consent), person, _names = events(store, visit)
    assert asked["mode"] == "asked_for"
    assert (stood_in["mode"], stood_in["for"], stood_in["arranged_by"]) == (
        "stand_in", person(store.zhao.user.pk), person(secretary.user.pk)
    )  # fmt: skip
    assert (consent["kind"], consent["by"], consent["to"]) == (
        "secretary_arrangement", person(secretary.user.pk), person(store.sun.user.pk)
    )  # fmt: skip


def test_a_stand_in_by_the_front_desk_is_told_without_a_consent(store):
    visit = make.arrived(store, make.MOMENT, asked_for=store.zhao.user)
    services.hand_over(here=store.desk, visit=visit, to=store.sun.user, at=make.MOMENT + timedelta(minutes=1))
    found, person, _names = events(store, visit)
    assert [event["type"] for event in found] == ["reception", "reception"]
    assert found[1]["arranged_by"] == person(store.desk.user.pk)


def test_whoever_was_called_and_did_not_come_received_nobody(store):
    visit = make.arrived(store, make.MOMENT, asked_for=store.zhao.user)
    services.pass_on_due(at=make.MOMENT + timedelta(minutes=1))
    (only,), person, _names = events(store, visit)
    assert (only["by"], only["for"], "arranged_by" in only) == (
        person(store.wang.user.pk), person(store.zhao.user.pk), False
    )  # fmt: skip


def test_whoever_took_a_visitor_out_of_turn_is_told_as_that(store):
    """D17-2.1: both must have received in normal order."""
    visit = make.arrived(store, make.MOMENT)
    services.hand_over(here=store.desk, visit=visit, to=store.sun.user, at=make.MOMENT, out_of_turn=True)
    assert [event["mode"] for event in events(store, visit)[0]] == ["in_turn", "out_of_turn"]
