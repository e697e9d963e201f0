"""Nobody gets in touch with a customer whom a colleague receives, or received last, without leave (D18-6, D18-7)."""

import pytest
from django.db import transaction

from leads.models import Contact, Customer, Ownership, Task
from leads.services import (
    add_task,
    allocate,
    ask_transfer,
    claim_from_pool,
    log_contact,
    release_to_pool,
    sign_deal,
    take_deposit,
)
from tests import make
from trail.models import Entry, Message
from trail.refusals import Refusal
from visits import conduct
from visits.models import Conduct, Permission
from visits.services import allow, ask_leave, end_permission, hand_over, leave

pytestmark = pytest.mark.django_db
CAME, WENT = make.at("2025-03-03 10:00"), make.at("2025-03-03 11:00")
NEXT_DAY = make.at("2025-03-04 10:00")
CONTACT, JOIN = Permission.Kind.CONTACT, Permission.Kind.JOIN


@pytest.fixture
def received(store):
    """李强 received the customer on 3 March, 10:00–11:00, and there was no deal; the policy wants his leave since."""
    make.terms(store.project, ask_receiver=True)
    store.project.refresh_from_db()
    visit = make.arrived(store, CAME, hand_to=store.li.user)
    leave(here=store.desk, visit=visit, gift=None, at=WENT)
    return store


def calls(here, when=NEXT_DAY, **more):
    return log_contact(here=here, customer=make.customer(), mode="call", confirmed=True, at=when, **more)


def refused(act):
    with pytest.raises(Refusal) as why, transaction.atomic():
        act()
    return why.value


def test_a_colleague_who_calls_after_the_visit_is_stopped_with_the_sentence_of_the_text(received):  # D18-7/T1
    why = refused(lambda: calls(received.wang))
    assert (why.code, why.status) == ("ask_receiver", 409)
    assert "未经当前接待置业顾问允许，其他置业顾问严禁与该客户联系" in why.sentence
    assert "上次由李强接待" in why.sentence
    assert why.sentence.endswith("先请 TA 允许，或请主管指派")
    assert not Contact.objects.exists()


def test_leave_on_record_a_minute_before_makes_it_no_breach(received):  # D18-7/T3
    allow(
        here=received.li, customer=make.customer(), to=received.wang.user, kind=CONTACT, at=make.at("2025-03-04 09:59")
    )
    assert calls(received.wang).by == received.wang.user
    assert Message.objects.get(kind="permission.given").to == str(received.wang.user.pk)


def test_leave_that_is_given_afterwards_is_too_late(received):
    allow(
        here=received.li,
        customer=make.customer(),
        to=received.wang.user,
        kind=CONTACT,
        at=make.at("2025-03-04 10:00:01"),
    )
    assert refused(lambda: calls(received.wang)).code == "ask_receiver"


def test_a_manager_assigns_somebody(received):  # D18-7: 销售经理特别指派除外
    given = allow(here=received.manager, customer=make.customer(), to=received.wang.user, kind=CONTACT, at=WENT)
    assert given.ground == Permission.Ground.MANAGER
    assert calls(received.wang)


def test_a_task_that_a_manager_gives_is_an_assignment_and_leaves_one_on_record(received):
    due = make.at("2025-03-05 10:00")
    sent = {"customer": make.customer(), "what": "回访", "due_at": due, "at": NEXT_DAY}
    add_task(here=received.manager, user=received.wang.user, **sent)
    given = Permission.objects.get()
    assert (given.to, given.by, given.ground) == (received.wang.user, received.manager.user, "manager")
    assert calls(received.wang)
    assert refused(lambda: add_task(here=received.zhao, **sent)).code == "ask_receiver"
    assert Task.objects.count() == 1


def test_the_receiver_the_owner_the_desk_s_stand_in_and_a_manager_ask_nobody(store):
    make.terms(store.project, ask_receiver=True)
    make.registered(store.zhao, make.at("2025-03-01 10:00"))
    visit = make.arrived(store, CAME, hand_to=store.li.user)
    hand_over(here=store.desk, visit=visit, to=store.sun.user, at=make.at("2025-03-03 10:30"))
    leave(here=store.desk, visit=visit, gift=None, at=WENT)
    for here in (store.li, store.sun, store.zhao, store.manager):
        assert calls(here)
    assert refused(lambda: calls(store.wang)).code == "ask_receiver"


def test_while_somebody_receives_nobody_else_speaks_with_the_customer(store):  # D18-6
    make.terms(store.project, ask_receiver=True)
    make.arrived(store, CAME, hand_to=store.li.user)
    now = make.at("2025-03-03 10:20")
    why = refused(lambda: calls(store.wang, now))
    assert "严禁其他置业顾问随意插嘴" in why.sentence
    assert "李强正在接待这位客户" in why.sentence
    allow(here=store.li, customer=make.customer(), to=store.wang.user, kind=JOIN, at=now)
    assert calls(store.wang, now)


def test_leave_to_join_is_for_that_reception_only(received):
    make.arrived(received, make.at("2025-03-05 10:00"), hand_to=received.li.user)
    allow(here=received.li, customer=make.customer(), to=received.wang.user, kind=JOIN, at=make.at("2025-03-05 10:05"))
    assert calls(received.wang, make.at("2025-03-05 10:10"))
    visit = conduct.hold(received.project, make.customer(), make.at("2025-03-05 10:10")).visit
    leave(here=received.desk, visit=visit, gift=None, at=make.at("2025-03-05 11:00"))
    assert refused(lambda: calls(received.wang, make.at("2025-03-05 11:30"))).code == "ask_receiver"


def test_nobody_joins_a_customer_who_is_not_there(received):
    asked = {"customer": make.customer(), "to": received.wang.user, "kind": JOIN, "at": NEXT_DAY}
    assert refused(lambda: allow(here=received.li, **asked)).code == "nobody_receives"


def test_who_receives_the_next_visit_is_asked_from_then_on(received):
    make.terms(received.project, routing=("asked_for",))
    allow(here=received.li, customer=make.customer(), to=received.wang.user, kind=CONTACT, at=WENT)
    visit = make.arrived(received, make.at("2025-03-05 10:00"), asked_for=received.sun.user)
    leave(here=received.desk, visit=visit, gift=None, at=make.at("2025-03-05 11:00"))
    late = make.at("2025-03-06 10:00")
    assert "上次由孙丽接待" in refused(lambda: calls(received.wang, late)).sentence
    assert conduct.givers(received.project, make.customer(), late) == (received.sun.user,)


def test_of_a_stand_in_and_whom_they_stood_in_for_either_is_asked(received):
    visit = make.arrived(received, make.at("2025-03-05 10:00"), hand_to=received.sun.user)
    leave(here=received.desk, visit=visit, gift=None, at=make.at("2025-03-05 11:00"))
    late = make.at("2025-03-06 10:00")
    assert set(conduct.givers(received.project, make.customer(), late)) == {received.sun.user, received.li.user}


def test_it_does_not_run_out(received):  # G-46
    assert refused(lambda: calls(received.wang, make.at("2026-03-03 10:00"))).code == "ask_receiver"


def test_a_contract_ends_it(received):
    sign_deal(
        here=received.li, customer=make.customer(), closer=received.li.user, designer=None, amount_fen=10_000_00,
        commission_fen=100_00, term_months=None, at=make.at("2025-03-03 18:00"),
    )  # fmt: skip
    assert calls(received.wang)


def test_without_the_term_and_without_a_visit_nobody_is_asked(store):
    make.registered(store.li, make.at("2025-03-01 10:00"))
    make.terms(store.project, ask_receiver=True)
    assert calls(store.wang)
    make.terms(store.project, ask_receiver=False)
    visit = make.arrived(store, make.at("2025-03-05 10:00"), hand_to=store.li.user)
    leave(here=store.desk, visit=visit, gift=None, at=make.at("2025-03-05 11:00"))
    assert calls(store.wang, make.at("2025-03-06 10:00"))


def test_who_was_called_and_did_not_come_has_not_received(store):
    make.terms(store.project, ask_receiver=True)
    make.registered(store.li, make.at("2025-03-01 10:00"))
    visit = make.arrived(store, CAME, hand_to=store.wang.user)
    visit.receptions.update(unanswered=True, until=make.at("2025-03-03 10:01"))
    hand_over(here=store.desk, visit=visit, to=store.li.user, at=make.at("2025-03-03 10:01"))
    leave(here=store.desk, visit=visit, gift=None, at=WENT)
    assert refused(lambda: calls(store.wang)).code == "ask_receiver"


def test_an_agency_is_not_addressed_and_learns_nothing(estate):
    make.terms(estate.project, ask_receiver=True)
    visit = make.arrived(estate, CAME, hand_to=estate.xu.user)
    leave(here=estate.desk, visit=visit, gift=None, at=WENT)
    assert calls(estate.anju)


def test_where_owners_are_not_disclosed_the_receiver_is_not_named(received):
    make.terms(received.project, disclose_owner=False)
    why = refused(lambda: calls(received.wang))
    assert "李强" not in why.sentence
    assert "一位同事" in why.sentence


# ── the customer changes hands ──


def test_whoever_gets_the_customer_by_transfer_or_allocation_asks_nobody(received):
    asked = {"customer": make.customer(), "reason": "忙不过来"}
    ask_transfer(here=received.li, to=received.wang.user, consent="customer", at=make.at("2025-03-04 09:00"), **asked)
    assert calls(received.wang)
    allocate(here=received.manager, to=received.zhao.user, at=make.at("2025-03-05 09:00"), **asked)
    assert calls(received.zhao, make.at("2025-03-05 10:00"))
    assert refused(lambda: calls(received.sun, make.at("2025-03-05 10:00"))).code == "ask_receiver"


def test_a_customer_who_was_given_up_is_everybody_s(received):
    release_to_pool(here=received.li, customer=make.customer(), reason="客户不买了", at=make.at("2025-03-04 09:00"))
    assert claim_from_pool(here=received.wang, customer=make.customer(), at=NEXT_DAY).user == received.wang.user


def test_a_customer_whose_protection_ran_out_is_not_taken_from_the_pool_without_leave(store):
    make.terms(store.project, ask_receiver=True, protection_days=7)
    visit = make.arrived(store, CAME, hand_to=store.li.user)
    leave(here=store.desk, visit=visit, gift=None, at=WENT)
    late = make.at("2025-03-20 10:00")
    Ownership.objects.update(protected_until=make.at("2025-03-11 00:00"))
    assert refused(lambda: claim_from_pool(here=store.wang, customer=make.customer(), at=late)).code == "ask_receiver"
    allow(here=store.manager, customer=make.customer(), to=store.wang.user, kind=CONTACT, at=late)
    assert claim_from_pool(here=store.wang, customer=make.customer(), at=late).user == store.wang.user


# ── giving, asking, ending ──


def test_leave_ends_and_what_was_done_under_it_stays_allowed(received):
    given = allow(here=received.li, customer=make.customer(), to=received.wang.user, kind=CONTACT, at=WENT)
    calls(received.wang)
    ended = end_permission(here=received.li, permission=given, at=NEXT_DAY)
    assert ended.ended_at > NEXT_DAY  # the call of that instant had been allowed
    assert refused(lambda: calls(received.wang, make.at("2025-03-04 10:01"))).code == "ask_receiver"
    assert refused(lambda: end_permission(here=received.li, permission=given, at=NEXT_DAY)).code == "permission_ended"


def test_leave_is_given_by_who_received_or_a_manager_and_nobody_else(received):
    asked = {"customer": make.customer(), "kind": CONTACT, "at": NEXT_DAY}
    assert refused(lambda: allow(here=received.zhao, to=received.wang.user, **asked)).status == 404
    assert refused(lambda: allow(here=received.li, to=received.li.user, **asked)).code == "taker_unknown"
    assert refused(lambda: allow(here=received.li, to=received.desk.user, **asked)).code == "taker_unknown"
    assert refused(lambda: allow(here=received.manager, to=received.li.user, **asked)).code == "needs_no_leave"
    given = allow(here=received.li, to=received.wang.user, **asked)
    assert allow(here=received.li, to=received.wang.user, **asked) == given  # the second tap
    assert refused(lambda: end_permission(here=received.wang, permission=given, at=NEXT_DAY)).status == 404
    assert end_permission(here=received.manager, permission=given, at=NEXT_DAY).ended_at


def test_the_receiver_is_asked_once_an_hour_and_the_answer_settles_it(received):
    assert ask_leave(here=received.wang, customer=make.customer(), at=NEXT_DAY) == (received.li.user,)
    ask_leave(here=received.wang, customer=make.customer(), at=NEXT_DAY)
    asked = Message.objects.get(kind="permission.asked")
    assert (asked.to, asked.facts["who"], asked.facts["name"]) == (str(received.li.user.pk), "王芳", "张**")
    assert asked.link.endswith(f"?to={received.wang.user.pk}&kind=contact")
    allow(here=received.li, customer=make.customer(), to=received.wang.user, kind=CONTACT, at=NEXT_DAY)
    asked.refresh_from_db()
    assert asked.done_at == NEXT_DAY
    assert (
        refused(lambda: ask_leave(here=received.wang, customer=make.customer(), at=NEXT_DAY)).code == "needs_no_leave"
    )


def test_where_the_receiver_has_left_the_managers_are_asked(received):
    received.li.user.memberships.update(until=WENT)
    asked = ask_leave(here=received.wang, customer=make.customer(), at=NEXT_DAY)
    assert received.manager.user in asked
    assert received.li.user not in asked


# ── what happened already ──


def test_a_call_of_yesterday_is_recorded_and_put_before_the_managers(received):
    calls(received.wang, make.at("2025-03-05 09:00"), claimed_at=NEXT_DAY)
    row = Conduct.objects.get()
    assert (row.kind, row.by, row.against) == ("unauthorised_contact", received.wang.user, received.li.user)
    assert (row.happened_at, row.reported_by) == (NEXT_DAY, received.wang.user)
    told = Message.objects.filter(kind="conduct.reported", to_do=True).values_list("to", flat=True)
    assert set(told) == {str(received.manager.user.pk), str(received.general.user.pk)}


def test_a_call_of_yesterday_under_leave_is_a_call(received):
    allow(
        here=received.li, customer=make.customer(), to=received.wang.user, kind=CONTACT, at=make.at("2025-03-04 09:59")
    )
    calls(received.wang, make.at("2025-03-05 09:00"), claimed_at=NEXT_DAY)
    assert not Conduct.objects.exists()


def test_who_claims_a_time_before_the_visit_says_what_nobody_can_check(received):
    calls(received.wang, NEXT_DAY, claimed_at=make.at("2025-03-01 10:00"))
    assert Conduct.objects.get().happened_at == make.at("2025-03-01 10:00")
    assert Entry.objects.filter(action="conduct.report").count() == 1


def test_leave_is_the_customer_s_also_after_two_records_were_one(received):
    from leads.services import merge

    make.registered(received.sun, make.at("2025-03-01 09:00"), number="13800000009", name="张建国")
    allow(here=received.li, customer=make.customer(), to=received.wang.user, kind=CONTACT, at=WENT)
    other, mine = make.customer("13800000009"), make.customer()
    merge(here=received.manager, kept=other, merged=mine, reason="同一位", at=make.at("2025-03-04 08:00"))
    assert log_contact(
        here=received.wang, customer=Customer.objects.get(pk=other.pk), mode="call", confirmed=True, at=NEXT_DAY
    )


# ── what cannot be prevented: deposit, contract, invitation ──


def deposit(here, at=NEXT_DAY):
    given = {"customer": make.customer(), "by": here.user, "amount_fen": 100_00, "designer": None}
    return take_deposit(here=here, at=at, **given)


def contract(here, at=NEXT_DAY):
    given = {"customer": make.customer(), "closer": here.user, "amount_fen": 100_00, "commission_fen": 1_00}
    return sign_deal(here=here, designer=None, term_months=None, at=at, **given)


def invited(store, at=NEXT_DAY):
    return make.arrived(store, at, invited_by=store.wang.user)


@pytest.mark.parametrize("act", [deposit, contract])
def test_a_deposit_or_contract_without_leave_stands_and_is_put_before_the_managers(received, act):
    """D18-7: it is a fact, so it is recorded; whether it was a breach a manager says."""
    assert act(received.wang).pk
    row = Conduct.objects.get()
    assert (row.kind, row.by, row.against, row.happened_at) == (
        "unauthorised_contact", received.wang.user, received.li.user, NEXT_DAY,
    )  # fmt: skip
    assert row.state == "reported"


def test_whom_the_customer_names_as_inviting_had_leave_or_is_put_before_the_managers_too(received):
    """D18-4 is a helper who was let in."""
    invited(received)
    row = Conduct.objects.get()
    assert (row.by, row.reported_by) == (received.wang.user, received.desk.user)
    assert Message.objects.waiting().filter(kind="conduct.named").get().to == str(received.wang.user.pk)


@pytest.mark.parametrize("act", [deposit, contract])
def test_of_who_received_it_is_nothing_of_the_kind(received, act):
    act(received.li)
    assert not Conduct.objects.exists()


@pytest.mark.parametrize("act", [lambda store: deposit(store.wang), lambda store: contract(store.wang), invited])
def test_under_leave_it_is_nothing_of_the_kind(received, act):
    allow(here=received.li, customer=make.customer(), to=received.wang.user, kind=CONTACT, at=WENT)
    act(received)
    assert not Conduct.objects.exists()
