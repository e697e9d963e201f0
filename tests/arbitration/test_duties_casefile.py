"""What a case file tells of periodic work and of leaving: updates after visits, signatures, hand-overs. Ruled by the engine."""

import pytest

from arbitration import casefile
from arbitration.engine import decide, decode_case, load_pack
from leads.models import Contact
from leads.services import Targets, hand_customers, log_contact, note_visits
from people.acknowledging import documents
from people.models import Routine
from people.services.handing_over import (
    FINANCE,
    OFFICE,
    open_hand_over,
    receive_books,
    sign_hand_over,
)
from people.services.routines import acknowledge, lay_out
from tests import make

pytestmark = pytest.mark.django_db
ASK = make.at("2025-04-10 10:00")


@pytest.fixture
def case(store):
    """李强 and 王芳 contest a customer."""
    make.registered(store.li, make.at("2025-03-01 10:00"))
    make.registered(store.wang, make.at("2025-03-02 10:00"))
    return store.project.collisions.get()


def told(case, policy="home-decoration", at=ASK):
    return casefile.build(case, policy, at).case


def events(case, type_, **given):
    return [{k: v for k, v in e.items() if k != "id"} for e in told(case, **given)["events"] if e["type"] == type_]


def ruled(file, policy):
    """What the engine says of it."""
    return decide(decode_case(file), load_pack(policy)).as_dict()


def test_a_result_written_later_is_an_update_of_the_record(store, case):
    visit = log_contact(
        here=store.li, customer=make.customer(), mode=Contact.Mode.FIELD_VISIT, at=make.at("2025-03-03 16:00"),
        confirmed=True,
    )  # fmt: skip
    assert events(case, "record_update") == []
    lay_out(at=make.at("2025-03-03 17:00"))
    week = Routine.objects.get(kind="visit_report", user=store.li.user)
    note_visits(here=store.li, routine=week, notes={visit.pk: ("报价", "未见到")}, at=make.at("2025-03-04 16:00:00"))
    update = {"type": "record_update", "at": "2025-03-04T16:00:00+08:00", "by": "P1", "customer": "C1"}
    assert events(case, "record_update") == [update]
    assert events(case, "record_update", at=make.at("2025-03-04 15:59:59")) == []


def test_a_result_said_with_the_visit_is_one_too(store, case):
    log_contact(
        here=store.wang, customer=make.customer(), mode=Contact.Mode.FIELD_VISIT, note="看了样品",
        at=make.at("2025-03-03 16:00"), confirmed=True,
    )  # fmt: skip
    assert [e["by"] for e in events(case, "record_update")] == ["P2"]


def test_the_signature_of_a_party_lists_the_other_as_unsigned(store, case):  # D09-9
    (policy,) = documents(store.project, make.at("2025-03-01 08:00"))
    acknowledge(here=store.li, subject=policy.subject, at=make.at("2025-03-01 09:00"))
    assert events(case, "acknowledgement") == [
        {"type": "acknowledgement", "at": "2025-03-01T09:00:00+08:00", "by": "P1"}
    ]
    ruling = ruled(told(case), "home-decoration")
    flagged = {f["about"] for f in ruling["findings"] if f["clause"] == "D09-9" and f["result"] == "flagged"}
    assert "P2" in flagged
    assert "P1" not in flagged


def test_a_leavers_hand_over_is_told_by_its_signatures_and_the_day_they_left(store, case):  # D01-3.4, D01-3.5
    noon, evening = make.at("2025-03-31 12:00"), make.at("2025-03-31 17:30")
    row = open_hand_over(here=store.manager, user=store.li.user, last_day=noon.date(), reason="", at=noon)
    hand_customers(here=store.manager, hand_over=row, targets=Targets(), at=noon)
    receive_books(here=store.finance, hand_over=row, books={"collection", "visit", "signed"}, at=noon)
    sign_hand_over(here=store.admin, hand_over=row, as_=OFFICE, at=evening)
    (notice,) = [e for e in events(case, "notice") if e["kind"] == "handover"]
    assert (notice["by"], notice["at"]) == ("P1", "2025-03-31T17:30:00+08:00")
    file = told(case, policy="walk-in-store")
    assert next(p for p in file["people"] if p["id"] == "P1")["resigned_at"] == "2025-03-31T12:00:00+08:00"
    states = {d["clause"]: d["state"] for d in ruled(file, "walk-in-store")["duties"] if d["who"] == "P1"}
    assert (states["D01-3.4"], states["D01-3.5"]) == ("breached", "met")
    sign_hand_over(here=store.finance, hand_over=row, as_=FINANCE, at=evening)
    assert len([e for e in events(case, "notice") if e["kind"] == "handover"]) == 2


def test_who_only_lost_a_role_has_not_left(store, case):
    store.li.user.memberships.update(until=make.at("2025-03-31 12:00"))
    assert "resigned_at" not in next(p for p in told(case)["people"] if p["id"] == "P1")
