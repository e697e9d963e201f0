"""What a case of the application tells of leave and of conduct, and what the policies find in it."""

import pytest

from arbitration import casefile
from arbitration.engine import decide, decode_case, load_pack
from leads.services import allocate, claim_from_pool, log_contact, release_to_pool
from tests import make
from visits.models import Conduct, Permission
from visits.services import (
    Reported,
    allow,
    answer_conduct,
    decide_conduct,
    end_permission,
    hand_over,
    leave,
    report_conduct,
)

pytestmark = pytest.mark.django_db
CAME, WENT = make.at("2025-03-03 10:00"), make.at("2025-03-03 11:00")
CALLED = make.at("2025-03-04 10:00")
ASK = make.at("2025-03-10 10:00")
CONTACT, JOIN = Permission.Kind.CONTACT, Permission.Kind.JOIN


@pytest.fixture
def case(store):
    """李强 and 王芳 contest a customer whom 李强 received on 3 March, 10:00–11:00."""
    make.registered(store.li, make.at("2025-03-01 10:00"))
    make.registered(store.wang, make.at("2025-03-02 10:00"))
    visit = make.arrived(store, CAME, asked_for=store.li.user)
    leave(here=store.desk, visit=visit, gift=None, at=WENT)
    return store.project.collisions.get()


def told(case, policy="intent-table"):
    return casefile.build(case, policy, ASK).case


def events(case, type_, policy="intent-table"):
    return [{k: v for k, v in e.items() if k != "id"} for e in told(case, policy)["events"] if e["type"] == type_]


def found(case, clause, policy="intent-table"):
    """What the engine finds under one clause: about whom or what, and the result."""
    ruling = decide(decode_case(told(case, policy)), load_pack(policy)).as_dict()
    return [finding["result"] for finding in ruling["findings"] if finding["clause"] == clause]


def calls(here, at=CALLED):
    return log_contact(here=here, customer=make.customer(), mode="call", confirmed=True, at=at)


def reported(store, kind, at, *, by, against, reporter=None, established=True, **given):
    visit = make.customer().visits.get()
    report = Reported(kind=kind, by=by.user, against=against.user, visit=visit, happened_at=at, **given)
    row = report_conduct(here=reporter or store.desk, report=report, at=make.at("2025-03-05 09:00"))
    if established is not None:
        answer_conduct(here=by, conduct=row, what="是我", at=make.at("2025-03-05 10:00"))
        when = make.at("2025-03-05 11:00")
        decide_conduct(here=store.manager, conduct=row, established=established, reason="双方说的一致", at=when)
    return row


def test_a_call_without_leave_is_a_breach(store, case):  # D18-7/T1
    calls(store.wang)
    assert found(case, "D18-7") == ["breach"]
    assert events(case, "consent") == []


def test_leave_a_minute_before_and_it_is_none(store, case):  # D18-7/T3
    allow(here=store.li, customer=make.customer(), to=store.wang.user, kind=CONTACT, at=make.at("2025-03-04 09:59"))
    calls(store.wang)
    assert found(case, "D18-7") == ["no_breach"]
    assert events(case, "consent") == [
        {
            "type": "consent", "at": "2025-03-04T09:59:00+08:00", "by": "P1", "to": "P2", "customer": "C1",
            "kind": "holder_permission",
        }
    ]  # fmt: skip


def test_leave_given_afterwards_is_too_late(store, case):
    calls(store.wang)
    allow(here=store.li, customer=make.customer(), to=store.wang.user, kind=CONTACT, at=make.at("2025-03-04 10:01"))
    assert found(case, "D18-7") == ["breach"]


def test_a_manager_s_assignment_lets_in_and_elsewhere_gives_nobody_the_customer(store, case):
    allow(
        here=store.manager, customer=make.customer(), to=store.wang.user, kind=CONTACT, at=make.at("2025-03-04 09:59")
    )
    calls(store.wang)
    assert found(case, "D18-7") == ["no_breach"]
    assert [e["kind"] for e in events(case, "consent")] == ["manager_assignment"]
    assert [e["kind"] for e in events(case, "consent", "cooperative")] == ["holder_permission"]


def test_leave_that_had_ended_excuses_nothing(store, case):
    given = allow(here=store.li, customer=make.customer(), to=store.wang.user, kind=CONTACT, at=WENT)
    end_permission(here=store.li, permission=given, at=make.at("2025-03-03 18:00"))
    calls(store.wang)
    assert found(case, "D18-7") == ["breach"]


def test_leave_to_join_is_none_to_telephone(store, case):
    Permission.objects.create(
        project=store.project, customer=make.customer(), kind=JOIN, to=store.wang.user, ground="holder", by=store.li.user,
        at=make.at("2025-03-03 10:10"),
    )  # fmt: skip
    calls(store.wang)
    assert found(case, "D18-7") == ["breach"]


def test_an_interruption_is_one_by_its_own_time(store, case):  # D18-6/T1
    reported(
        store, Conduct.Kind.INTERRUPTION, make.at("2025-03-03 10:20"), by=store.wang, against=store.li, stopped=True
    )
    assert found(case, "D18-6") == ["breach"]
    assert events(case, "conduct") == [
        {
            "type": "conduct", "at": "2025-03-03T10:20:00+08:00", "by": "P2", "kind": "interruption", "against": "P1",
            "customer": "C1", "before_customer": False, "stopped": True,
        }
    ]  # fmt: skip


@pytest.mark.parametrize("established", [None, False])
def test_what_was_only_reported_or_was_not_established_is_no_fact(store, case, established):
    at = make.at("2025-03-03 10:20")
    reported(
        store, Conduct.Kind.INTERRUPTION, at, by=store.wang, against=store.li, stopped=True, established=established
    )
    assert found(case, "D18-6") == []
    assert events(case, "conduct") == []


def test_who_had_been_asked_to_join_interrupts_nobody(store, case):
    Permission.objects.create(
        project=store.project, customer=make.customer(), kind=JOIN, to=store.wang.user, ground="holder", by=store.li.user,
        at=make.at("2025-03-03 10:10"),
    )  # fmt: skip
    reported(store, Conduct.Kind.INTERRUPTION, make.at("2025-03-03 10:20"), by=store.wang, against=store.li)
    assert found(case, "D18-6") == ["no_breach"]


def test_a_contact_that_the_receiver_reports_is_found(store, case):
    kind = Conduct.Kind.UNAUTHORISED_CONTACT
    reported(store, kind, CALLED, by=store.wang, against=store.li, reporter=store.li)
    assert found(case, "D18-7") == ["breach"]


def test_a_quarrel_before_the_customer_takes_them_from_both(store, case):  # D17-2.6a
    at = make.at("2025-03-03 10:30")
    row = reported(store, Conduct.Kind.QUARREL, at, by=store.wang, against=store.li, before_customer=True)
    assert row.pk
    ruling = decide(decode_case(told(case, "sales-office")), load_pack("sales-office")).as_dict()
    assert "D17-2.6a" in ruling["fired"]


def test_a_quarrel_that_the_customer_did_not_see_takes_them_from_nobody(store, case):  # D17-2.6a/T2
    reported(store, Conduct.Kind.QUARREL, make.at("2025-03-03 10:30"), by=store.wang, against=store.li)
    ruling = decide(decode_case(told(case, "sales-office")), load_pack("sales-office")).as_dict()
    assert "D17-2.6a" not in ruling["fired"]


@pytest.fixture
def stood_in(store):
    """王芳 stands in for 李强 on 3 March, and leaves her own number with the customer."""
    make.registered(store.li, make.at("2025-03-01 10:00"))
    make.registered(store.wang, make.at("2025-03-02 10:00"))
    visit = make.arrived(store, CAME, hand_to=store.li.user)
    hand_over(here=store.desk, visit=visit, to=store.wang.user, at=make.at("2025-03-03 10:05"))
    leave(here=store.desk, visit=visit, gift=None, at=WENT)
    at = make.at("2025-03-03 10:20")
    reported(store, Conduct.Kind.PRIVATE_NUMBER, at, by=store.wang, against=store.li, reporter=store.li)
    return store.project.collisions.get()


def test_a_stand_in_who_left_a_number_and_called_grabbed(store, stood_in):  # D17-1.1/T1
    calls(store.wang)
    assert found(stood_in, "D17-1.1", "sales-office") == ["poaching"]


def test_a_call_by_order_of_the_principal_is_not_private(store, stood_in):
    allow(here=store.li, customer=make.customer(), to=store.sun.user, kind=CONTACT, at=WENT)
    Permission.objects.create(
        project=store.project, customer=make.customer(), kind=CONTACT, to=store.wang.user, ground="holder", by=store.li.user,
        at=make.at("2025-03-04 09:59"),
    )  # fmt: skip
    calls(store.wang)
    assert found(stood_in, "D17-1.1", "sales-office") == ["no_breach"]


def test_a_customer_whom_the_receiver_gave_up_is_called_rightly_by_whoever_took_them(store):
    visit = make.arrived(store, CAME, hand_to=store.li.user)
    leave(here=store.desk, visit=visit, gift=None, at=WENT)
    release_to_pool(here=store.li, customer=make.customer(), reason="不跟了", at=make.at("2025-03-04 08:00"))
    claim_from_pool(here=store.wang, customer=make.customer(), at=make.at("2025-03-04 09:00"))
    calls(store.wang)
    make.registered(store.li, make.at("2025-03-05 10:00"))
    assert found(store.project.collisions.get(), "D18-7") == ["no_breach"]


def test_a_customer_whom_a_manager_gave_to_somebody_is_called_rightly_by_them(store):
    visit = make.arrived(store, CAME, hand_to=store.li.user)
    leave(here=store.desk, visit=visit, gift=None, at=WENT)
    given = {"customer": make.customer(), "reason": "李强忙不过来", "at": make.at("2025-03-04 09:00")}
    allocate(here=store.manager, to=store.wang.user, **given)
    calls(store.wang)
    make.registered(store.li, make.at("2025-03-05 10:00"))
    assert found(store.project.collisions.get(), "D18-7") == ["no_breach"]
